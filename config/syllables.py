"""Whether a word can be a Vietnamese syllable: onset, rime and tone must fit together.

Catches the engine's commonest slips (`quôc`, `QUYÉT`, `đâú`) without a word list; it cannot tell `phó` from `phố`.
"""

import re
import unicodedata
from functools import lru_cache

from config.text import nfc

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_ROOF = "\u0302"
_ONSET = re.compile(r"(ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?(.*)", re.DOTALL)
_RIMES = frozenset(
    # Fields of words read better than a list of 160 quoted ones.
    re.findall(
        r"\w+",
        """
a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu iê
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôôc ôông ôp ôt ơ ơi ơm ơn ơng ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôp uôt up ut uy uya uych uyên uyêt uynh uyn
uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưng ưp ưt ưu ươc ươi ươm ươn ương ươp ươt ươu ươ
y yêm yên yêng yêt yêu ych ynh
""",
    )
)
_QU_RIMES = frozenset(
    re.findall(
        r"\w+",
        "a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây âu e en eng eo et ê êch ên ênh êt êu "
        "iên iêt iêu i it ơ ơn ơt ôc oc y ych yên yêt yêu ynh yp yt",
    )
)
_RUN_TOGETHER = re.compile(r"[^\W\d_]{2}\d+[^\W\d_]{2}")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def is_vietnamese(word: str) -> bool:
    """Say whether every part of a word, apart from digits and marks, is a possible syllable."""
    return all(_is_syllable(part.lower()) for part in _WORD.findall(nfc(word)))


def looks_foreign(word: str) -> bool:
    """Say whether a word may be a foreign name or an abbreviation: no accents, begins with a capital."""
    letters = "".join(_WORD.findall(nfc(word)))
    return bool(letters) and letters[0].isupper() and (_is_plain(letters) or _is_abbreviation(letters))


def is_misspelled(word: str) -> bool:
    """Say whether a word is neither a possible syllable nor a name or abbreviation, or two run together by figures."""
    if _RUN_TOGETHER.search(nfc(word)):
        return True
    return not is_vietnamese(word) and not looks_foreign(word)


def may_have_lost_a_tone(word: str) -> bool:
    """Say whether a word has a roof and no tone: over a roof the engine loses tones without noticing."""
    marks = unicodedata.normalize("NFD", word)
    return _ROOF in marks and not any(ch in _TONES for ch in marks)


def _is_plain(letters: str) -> bool:
    return letters.isascii()


def _is_abbreviation(letters: str) -> bool:
    """TTĐT, UBND, QLDA: capitals without a tone mark (Đ, Ư, Ơ, Ă, Â, Ê, Ô occur)."""
    decomposed = unicodedata.normalize("NFD", letters)
    capitals = sum(ch.isupper() for ch in letters)
    vowels = sum(ch in "AEIOUY" for ch in decomposed)
    return capitals >= 2 and not any(ch in _TONES for ch in decomposed) and vowels <= len(letters) / 2


@lru_cache(maxsize=4096)
def _is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word)
    tones = [ch for ch in decomposed if ch in _TONES]
    if len(tones) > 1:
        return False
    bare = nfc("".join(ch for ch in decomposed if ch not in _TONES))
    onset, rime = _split(bare)
    known = _QU_RIMES if onset == "qu" else _RIMES
    if rime not in known:
        return False
    stopped = rime.endswith(("c", "ch", "p", "t"))
    tone = _TONES[tones[0]] if tones else None
    return not stopped or tone in {"sắc", "nặng"}


def _split(bare: str) -> tuple[str, str]:
    found = _ONSET.fullmatch(bare)
    onset, rime = (found[1] or "", found[2]) if found else ("", bare)
    if onset == "gi" and (not rime or rime not in _RIMES):
        return "g", "i" + rime
    return onset, rime
