"""How two readings of a word are weighed: with readings made up, and with the real recognizer on drawn pages."""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from config.errors import ReferenceDataError, ToolMissingError
from ocr.images import Image
from ocr.model import Box, Word
from ocr.second import Sign
from ocr.second.opinion import Opinion, core, opinions
from ocr.second.pieces import piece_box, pieces
from ocr.second.rules import RULES_FILE, load_rules, rules
from ocr.second.trueocr_lines import TrueocrLines, open_trueocr
from ocr.second.weigh import AGREED, REASON, Found, WordClass, alone, weigh_lines, weighed_word, word_class
from tests.integration.ocr.drawn_pages import draw_page

SIGNS = frozenset("0123456789/-.,;:() abcdefghijklmnopqrstuvwxyzđốộóphố")
MODELS = Path(str(files("trueocr") / "models"))


def word(text: str, sure: float = 0.9, left: float = 100) -> Word:
    return Word(text, sure, Box(left, 100, left + 12 * len(text), 124), 0, 0)


def signs(text: str, sure: float = 0.9) -> list[Sign]:
    return [Sign(ch, sure) for ch in text]


class Reader:
    """A recognizer that reads what it is told."""

    identity = "made up"
    signs = SIGNS

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def read_lines(self, _image: Image, boxes: Sequence[Box]) -> list[list[Sign]]:
        return [signs(text) for text, _ in zip(self.texts, boxes, strict=False)]


def test_a_line_is_shared_out_among_its_words() -> None:
    line = [word("thành", left=100), word("phó", left=180), word("mùa", left=240)]
    assert [opinion.text for opinion in opinions(line, signs("thành phố mùa"))] == ["thành", "phố", "mùa"]
    assert [opinion.text for opinion in opinions(line, signs("thành mùa"))] == ["thành", "", "mùa"]
    assert [opinion.text for opinion in opinions(line, [])] == ["", "", ""]


def test_an_opinion_is_as_sure_as_its_weakest_sign() -> None:
    (opinion,) = opinions([word("phó")], [*signs("ph"), Sign("ố", 0.4)])
    assert opinion == Opinion("phố", 0.4)


@pytest.mark.parametrize(
    ("text", "compared"),
    [("(phố);", "phố"), ("12/TTr–UBND.", "12/TTr-UBND"), ("…", ""), ("“số”", "số"), ("10§2", "102"), ("ñn", "ñn")],
)
def test_marks_around_a_word_and_marks_no_one_knows_do_not_make_a_difference(text: str, compared: str) -> None:
    assert core(text, SIGNS) == compared


def test_where_both_agree_a_word_is_surer() -> None:
    agreed = weighed_word(word("phố", 0.9), Opinion("phố", 0.99), SIGNS)
    differing = weighed_word(word("phố", 0.9), Opinion("phó", 0.9), SIGNS)
    assert agreed.probability is not None
    assert differing.probability is not None
    assert agreed.probability > max(alone(word("phố", 0.9)), differing.probability)
    assert (agreed.confidence, agreed.raw, agreed.second) == (AGREED, None, None)


def test_specks_before_a_word_go_where_the_second_reading_has_none() -> None:
    assert weighed_word(word("\\phố"), Opinion("phố", 0.9), SIGNS).text == "phố"
    assert weighed_word(word("(phố"), Opinion("phố", 0.9), SIGNS).text == "(phố"
    assert weighed_word(word("-"), Opinion("-", 0.9), SIGNS).text == "-"


def test_the_likelier_reading_stays_and_the_other_stays_beside_it() -> None:
    won = weighed_word(word("(phó);", 0.7), Opinion("phố", 0.98), SIGNS)
    assert (won.text, won.raw, won.reason, won.second) == ("(phố);", "(phó);", REASON, "phố")
    kept = weighed_word(word("phố;", 0.97), Opinion("phó", 0.7), SIGNS)
    assert (kept.text, kept.raw, kept.reason, kept.second) == ("phố;", None, None, "phó")


def test_a_mark_at_the_end_that_only_one_recognizer_reads_stays_beside_a_word_both_read() -> None:
    assert weighed_word(word("phố,", 0.97), Opinion("phố.", 0.99), SIGNS).second == "phố."
    assert weighed_word(word("phố,", 0.97), Opinion("phố,", 0.99), SIGNS).second is None


def test_a_word_that_was_weighed_before_is_not_weighed_again() -> None:
    line = [replace(word("phó", 0.6, left=180), probability=0.5), word("thành", left=100)]
    (weighed,) = weigh_lines(np.full((200, 1000), 255, np.uint8), [line], Reader("thành"))
    assert [each.text for each in weighed] == ["thành", "phó"]
    assert weighed[1] == line[0]


@pytest.mark.parametrize("other", [Opinion("phố", 0.3), Opinion("p hố", 0.99), Opinion("", 0.0)])
def test_noise_words_apart_and_nothing_never_win(other: Opinion) -> None:
    weighed = weighed_word(word("phó", 0.5), other, SIGNS)
    assert weighed.text == "phó"
    assert weighed.probability is not None
    assert weighed.probability < 0.9


def test_every_line_keeps_its_words_in_their_order() -> None:
    line = [word("thành", left=100), word("phó", 0.6, left=180), word("xa", left=900)]
    (weighed,) = weigh_lines(np.full((200, 1000), 255, np.uint8), [line], Reader("thành phố", "xa"))
    assert [(each.text, each.box) for each in weighed] == [
        (text, each.box) for text, each in zip(("thành", "phố", "xa"), line, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nam,", WordClass.PLAIN),
        ("UBND", WordClass.PLAIN),
        ("GIA", WordClass.BARE),
        ("TẾ", WordClass.ROOFED),
        ("THỬ", WordClass.PLAIN),
        ("thống", WordClass.ROOFED),
        ("phó", WordClass.ROOFED),
        ("2026.", WordClass.FIGURES),
        ("14/5/2026", WordClass.FIGURES),
        ("12/TTr-UBND", WordClass.CODE),
        ("QĐ-TTg", WordClass.CODE),
    ],
)
def test_words_are_of_five_kinds(text: str, kind: WordClass) -> None:
    assert word_class(text) is kind


def test_every_curve_is_there_and_rises_with_the_score() -> None:
    curves = rules().curves
    assert set(curves) == {(found, kind) for found in Found for kind in WordClass}
    for curve in curves.values():
        chances = [curve.chance(score / 10) for score in range(-100, 100)]
        assert all(lower <= upper for lower, upper in pairwise(chances))
        assert 0 < chances[0] <= chances[-1] < 1


@pytest.mark.parametrize("found", ["steps = [[0.0, 0.9], [1.0, 0.8]]", "steps = []", "stops = []"])
def test_a_curve_that_falls_or_is_missing_is_refused(found: str, tmp_path: Path) -> None:
    path = tmp_path / "word_probability.toml"
    path.write_text(RULES_FILE.read_text("utf-8") + f'\n[[curve]]\nfound = "agree"\nkind = "x"\n{found}\n', "utf-8")
    with pytest.raises(ReferenceDataError):
        load_rules(path)


def test_pieces_end_at_wide_gaps_and_where_they_grow_long() -> None:
    line = [word("một", left=100), word("hai", left=150), word("ba", left=600)]
    assert [[each.text for each in piece] for piece in pieces(line)] == [["một", "hai"], ["ba"]]
    long = [word("dài", left=100 + 45 * place) for place in range(40)]
    parted = pieces(long)
    assert [each for piece in parted for each in piece] == long
    assert all(piece_box(piece).width <= 25 * 24 for piece in parted)


def test_a_piece_stands_where_most_of_its_words_do() -> None:
    line = [word("ab", left=100 + 40 * place) for place in range(10)]
    line[3] = replace(line[3], box=replace(line[3].box, top=60, bottom=160))
    assert (piece_box(line).top, piece_box(line).bottom) == (100, 124)


def test_the_recognizer_reads_drawn_lines_also_in_many_threads_at_once() -> None:
    page = draw_page(font_px=33)
    image = np.asarray(page.image, np.uint8)
    lines = page.text.lines()
    boxes = [piece_box(piece) for line in lines for piece in pieces(line)]
    reader = open_trueocr()
    alone = ["".join(sign.text for sign in line) for line in reader.read_lines(image, boxes)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: reader.read_lines(image, boxes), range(4)))
    assert all(["".join(sign.text for sign in line) for line in lines] == alone for lines in together)
    read = " ".join(alone).split()
    printed = [each.text for line in lines for each in line]
    assert sum(text in read for text in printed) >= 0.85 * len(printed)
    assert reader.read_lines(image, []) == []


def test_a_line_reads_alike_alone_and_among_shorter_and_longer_ones() -> None:
    page = draw_page(font_px=33)
    image = np.asarray(page.image, np.uint8)
    lines = [list(line) for line in page.text.lines()]
    boxes = [piece_box(words) for line in lines for words in (line[:1], line[:3], line)]
    reader = open_trueocr()
    together = reader.read_lines(image, boxes)
    for box, line in zip(boxes, together, strict=True):
        (alone,) = reader.read_lines(image, [box])
        assert [sign.text for sign in alone] == [sign.text for sign in line]
        assert [sign.confidence for sign in alone] == pytest.approx([sign.confidence for sign in line], abs=1e-3)


def test_a_missing_or_broken_network_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError) as missing:
        TrueocrLines(tmp_path)
    assert "trueocr" in missing.value.remedy_text()
    shutil.copy(MODELS / "meta.json", tmp_path)
    (tmp_path / "rec.onnx").write_bytes(b"no network")
    with pytest.raises(ToolMissingError):
        TrueocrLines(tmp_path)


def test_the_identity_names_version_and_content() -> None:
    name, _version, model = open_trueocr().identity.split()
    assert name == "trueocr"
    assert model.startswith(json.loads((MODELS / "meta.json").read_text("utf-8"))["name"])
