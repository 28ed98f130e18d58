import pytest

from ocr.model import WordKind
from pipeline.secrecy import SecrecyMark, find_secrecy_marks
from tests.unit.pipeline.typed_page import DECISION, Row, typed


def found(*rows: Row, kinds: dict[str, WordKind] | None = None) -> SecrecyMark | None:
    marks = find_secrecy_marks([typed((*DECISION, *rows), kinds=kinds)])
    return marks[0] if marks else None


@pytest.mark.parametrize(
    ("text", "grade"), [("MẬT", "Mật"), ("TỐI MẬT", "Tối mật"), ("TUYỆT MẬT", "Tuyệt mật"), ("M Ậ T", "Mật")]
)
@pytest.mark.parametrize("left", [330, 1300])
def test_a_mark_by_itself_at_the_head_is_certain(text: str, grade: str, left: int) -> None:
    assert found((left, 320, text)) == SecrecyMark(grade, 1, is_certain=True)


@pytest.mark.parametrize("text", ["TÓI MẬT", "TUYET MÂT", "TUYỆT MẠT"])
def test_a_misread_double_mark_is_still_found(text: str) -> None:
    mark = found((330, 320, text))
    assert mark is not None
    assert mark.grade in {"Tối mật", "Tuyệt mật"}


@pytest.mark.parametrize("text", ["MẶT", "MÂT", "MAT"])
def test_a_mark_with_other_accents_is_suspected(text: str) -> None:
    assert found((330, 320, text)) == SecrecyMark("Mật", 1, is_certain=False)


def test_a_stamp_is_judged_though_its_words_are_kept_out_of_the_fields() -> None:
    mark = found((330, 320, "MẬT"), kinds={"MẬT": WordKind.STAMP})
    assert mark == SecrecyMark("Mật", 1, is_certain=True)


def test_a_faint_stamp_that_reads_alike_is_suspected() -> None:
    assert found((330, 320, "NẬT"), kinds={"NẬT": WordKind.STAMP}) == SecrecyMark("Mật", 1, is_certain=False)


def test_a_stroke_of_its_frame_does_not_hide_a_stamp() -> None:
    mark = found((330, 320, "Ì MẬT"), kinds={"Ì": WordKind.STAMP, "MẬT": WordKind.STAMP})
    assert mark == SecrecyMark("Mật", 1, is_certain=True)


def test_a_letter_that_completes_a_stamp_is_no_stroke_of_its_frame() -> None:
    kinds = {"M": WordKind.STAMP, "ẬT": WordKind.STAMP}
    assert found((330, 320, "M ẬT"), kinds=kinds) == SecrecyMark("Mật", 1, is_certain=False)


def test_a_stamp_of_which_only_the_last_word_reads_alike_is_suspected() -> None:
    kinds = {"ET": WordKind.STAMP, "MAI": WordKind.STAMP}
    assert found((330, 320, "ET MAI"), kinds=kinds) == SecrecyMark("Mật", 1, is_certain=False)
    assert found((330, 320, "ET MAI")) is None


def test_a_mark_read_into_a_line_of_text_is_suspected() -> None:
    assert found((240, 330, "V/v báo cáo MẬT tình hình")) == SecrecyMark("Mật", 1, is_certain=False)


@pytest.mark.parametrize(
    "text",
    [
        "bảo vệ bí mật nhà nước và an ninh quốc gia;",
        "VỀ CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "MẶT BẰNG XÂY DỰNG",
        "Mật độ xây dựng: 78%",
        "BẢO MẬT THÔNG TIN",
        "Độ mật:",
        "mật.",
        "ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM",
    ],
)
def test_running_text_is_no_mark(text: str) -> None:
    assert found((240, 480, text)) is None


def test_a_narrow_column_that_breaks_a_word_is_no_mark() -> None:
    assert found((300, 700, "MẶT"), (300, 740, "BẰNG")) is None


def test_a_form_field_with_a_grade_is_suspected() -> None:
    assert found((240, 480, "Độ mật: Tối mật")) == SecrecyMark("Tối mật", 1, is_certain=False)


def test_all_pages_are_looked_at_and_the_gravest_mark_is_given() -> None:
    pages = [typed(DECISION), typed([(330, 200, "MẬT")], number=2), typed([(330, 200, "TỐI MẬT")], number=3)]
    assert find_secrecy_marks(pages)[0] == SecrecyMark("Tối mật", 3, is_certain=True)


def test_a_plain_paper_has_no_mark() -> None:
    assert found() is None
