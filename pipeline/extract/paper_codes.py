"""The codes of a paper and what they say together: read before any field, and surer than print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.model import Barcode, Box, PageText
from pipeline.extract.code_payloads import PaperPayload, PersonalCard, code_patterns, read_payload


class CodeMeaning(StrEnum):
    """What kind of thing a code on a page says."""

    PAPER = "paper"
    PERSONAL_CARD = "personal_card"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PageCode:
    """One code on a page as it is kept and shown; of an identity card's code the text is not kept."""

    page: int
    code: Barcode
    meaning: CodeMeaning

    @property
    def shown_text(self) -> str | None:
        """What may be kept of it."""
        return None if self.meaning is CodeMeaning.PERSONAL_CARD else self.code.text


@dataclass(frozen=True, slots=True)
class CodeValue:
    """A value that a code gives: what, on which page, where."""

    value: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class HeldCard:
    """An identity card's code: what it says, on which page, where."""

    card: PersonalCard
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class PaperCodes:
    """All that the codes of a paper say: a value is given where all codes that say it agree.

    `record_codes`: every mã hồ sơ that stands in a code, normalized, also where they differ.
    """

    found: tuple[PageCode, ...] = ()
    record_codes: tuple[CodeValue, ...] = ()
    procedure_code: CodeValue | None = None
    owner_identifier: CodeValue | None = None
    paper_name: CodeValue | None = None
    cards: tuple[HeldCard, ...] = ()

    @property
    def record_code(self) -> CodeValue | None:
        """The mã hồ sơ that the codes name, where they name one alone."""
        return _agreed(self.record_codes)


def codes_on(pages: Sequence[PageText]) -> PaperCodes:
    """Give what the codes on the pages of a paper say."""
    found: list[PageCode] = []
    papers: list[tuple[PaperPayload, int, Box]] = []
    cards: list[HeldCard] = []
    for number, code in _codes(pages):
        said = None if code.is_binary else read_payload(code.text)
        is_sure = code.format in code_patterns().checked
        if isinstance(said, PersonalCard):
            found.append(PageCode(number, code, CodeMeaning.PERSONAL_CARD))
            cards += [HeldCard(said, number, code.box)] if is_sure else []
        elif said is not None:
            found.append(PageCode(number, code, CodeMeaning.PAPER))
            papers += [(said, number, code.box)] if is_sure else []
        else:
            found.append(PageCode(number, code, CodeMeaning.UNKNOWN))
    return PaperCodes(
        found=tuple(found),
        record_codes=_said(papers, "record_code"),
        procedure_code=_agreed(_said(papers, "procedure_code")),
        owner_identifier=_agreed(_said(papers, "owner_identifier")),
        paper_name=_agreed(_said(papers, "paper_name")),
        cards=tuple(cards),
    )


def _codes(pages: Sequence[PageText]) -> Iterator[tuple[int, Barcode]]:
    for page in pages:
        for code in page.barcodes:
            yield page.number, code


def _said(papers: Sequence[tuple[PaperPayload, int, Box]], name: str) -> tuple[CodeValue, ...]:
    """Give each value that codes say of one thing, once."""
    values: dict[str, CodeValue] = {}
    for payload, page, box in papers:
        value = getattr(payload, name)
        if value is not None:
            values.setdefault(value, CodeValue(value, page, box))
    return tuple(values.values())


def _agreed(values: Sequence[CodeValue]) -> CodeValue | None:
    return values[0] if len(values) == 1 else None
