import pytest

from ocr.model import Barcode, Box
from pipeline.separators import Separator, StackPart, cut, read_separator, sheet_rules

BOX = Box(0, 0, 9, 9)
T = Separator()


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("SOHOA:T", "QR Code", T),
        ("SOHOA:T:GT", "Code 128", Separator(role="paper")),
        ("SOHOA:T:KQ", "QR Code", Separator(role="result")),
        ("SOHOA:H:000.00.99.H41-260311-0012", "QR Code", Separator("H41.99-260311-0012")),
        ("PATCHT", "Code 39", T),
        ("PATCH T", "Code 128", T),
    ],
)
def test_the_codes_of_separator_sheets_are_known(text: str, kind: str, said: Separator) -> None:
    assert read_separator(Barcode(text, kind, BOX)) == said


@pytest.mark.parametrize(
    "code",
    [
        Barcode("H41.99-260311-0012", "QR Code", BOX),
        Barcode("SOHOA:T and more", "QR Code", BOX),
        Barcode("SOHOA:H:H41.99-269999-0012", "QR Code", BOX),
        Barcode("SOHOA:T", "ITF", BOX),
        Barcode("SOHOA:T", "QR Code", BOX, is_binary=True),
    ],
    ids=["record", "longer", "no_day", "format", "binary"],
)
def test_no_other_code_cuts_a_stack(code: Barcode) -> None:
    assert read_separator(code) is None


def test_a_stack_is_cut_before_between_and_after_its_sheets() -> None:
    assert cut(6, {3: T, 5: T}) == (StackPart(1, 2), StackPart(4, 4), StackPart(6, 6))
    assert cut(4, {1: T, 2: T, 4: T}) == (StackPart(3, 3),)
    assert cut(2, {1: T, 2: T}) == ()


def test_a_record_holds_for_all_that_follow_and_a_role_for_the_next_alone() -> None:
    separators = {1: Separator("H41.99-260311-0001"), 2: Separator(role="paper"), 4: T}
    assert cut(5, separators) == (
        StackPart(3, 3, "H41.99-260311-0001", "paper"),
        StackPart(5, 5, "H41.99-260311-0001"),
    )


def test_every_page_is_a_documents_or_a_sheet() -> None:
    separators = {2: T, 3: T, 7: T}
    pages = [page for part in cut(9, separators) for page in range(part.first, part.last + 1)]
    assert sorted([*pages, *separators]) == list(range(1, 10))


def test_what_our_own_sheets_print_is_what_is_known() -> None:
    prints = sheet_rules().prints
    for text in (
        prints["document"],
        prints["role"].format(role="GT"),
        prints["record"].format(record="H41-260311-0001"),
    ):
        assert read_separator(Barcode(text, "QR Code", BOX)) is not None
