from datetime import date
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.extract import AgencyName, ExtractContext, FieldName, extract, reasons
from pipeline.extract.model import Signer
from pipeline.extract.signers import load_signers, signers_digest
from tests.unit.pipeline.typed_page import DECISION, changed, typed

MINISTRY = AgencyName("G07", "Bộ Công Thương")


def name_with(*signers: Signer, read: str = "Lê Thị Hồng Thử") -> tuple[str | None, str | None, tuple[str, ...]]:
    context = ExtractContext(date(2026, 11, 24), agencies=[MINISTRY], signers=signers)
    found = extract([typed(changed(DECISION, "Nguyễn Văn Thắng", read))], context).field(FieldName.SIGNER_NAME)
    assert found is not None
    return found.value, found.reason_code, found.why


@pytest.mark.parametrize(
    "signer",
    [
        Signer("Lê Thị Hồng Thử"),
        Signer("Lê Thị Hồng Thử", "G07"),
        Signer("Lê Thị Hồng Thử", valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31)),
    ],
    ids=("anywhere", "of the body", "in office"),
)
def test_a_name_read_as_the_list_spells_it_is_accepted_though_its_accents_are_hard_to_read(signer: Signer) -> None:
    assert name_with() == ("Lê Thị Hồng Thử", None, ())
    assert name_with(read="Lê Thị Hông Thử")[1] == reasons.UNSURE
    assert name_with(Signer("Lê Thị Hông Thử"), read="Lê Thị Hông Thử") == ("Lê Thị Hông Thử", None, ("known_signer+",))
    assert name_with(signer) == ("Lê Thị Hồng Thử", None, ("known_signer+",))


def test_a_name_with_other_accents_than_the_lists_is_asked_about_and_stays_as_it_was_read() -> None:
    found = name_with(Signer("Lê Thị Hồng Thư"))
    assert found == ("Lê Thị Hồng Thử", reasons.SIGNER_DIFFERS, ("known_signer-",))
    assert name_with(Signer("Lê Thị Hồng Thư"), Signer("Lê Thị Hồng Thử"))[1] is None


@pytest.mark.parametrize(
    "signer",
    [
        Signer("Lê Thị Hồng Thư", "H41.90"),
        Signer("Lê Thị Hồng Thư", valid_to=date(2025, 12, 31)),
        Signer("Lê Thị Hồng Thư", valid_from=date(2026, 2, 1)),
        Signer("Trần Văn Mẫu"),
    ],
    ids=("other body", "before", "after", "other name"),
)
def test_a_signer_of_another_body_another_time_or_name_says_nothing(signer: Signer) -> None:
    assert name_with(signer) == ("Lê Thị Hồng Thử", None, ())


def test_a_site_without_a_list_knows_no_signers(tmp_path: Path) -> None:
    assert load_signers(tmp_path / "signers.toml") == ()
    assert signers_digest(tmp_path / "signers.toml") == ""


def test_a_list_is_read_with_its_days(tmp_path: Path) -> None:
    path = tmp_path / "signers.toml"
    path.write_text('[[signer]]\nname = "Trần Quốc  Ví Dụ"\nagency = "G07"\nvalid_to = 2025-06-30\n', "utf-8")
    assert load_signers(path) == (Signer("Trần Quốc Ví Dụ", "G07", None, date(2025, 6, 30)),)
    assert len(signers_digest(path)) == 64


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("[[signer", "-"),
        ("schema = 2", "schema"),
        ('[[signer]]\nagency = "G07"', "signer 1"),
        ('[[signer]]\nname = "A"\n[[signer]]\nname = "B"\ntitel = "C"', "signer 2"),
        ('[[signer]]\nname = "A"\nvalid_to = "2025"', "signer 1"),
    ],
)
def test_a_damaged_list_is_refused_with_its_place(tmp_path: Path, content: str, place: str) -> None:
    path = tmp_path / "signers.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_signers(path)
    assert f"signers.toml ({place})" in str(caught.value) or place in str(caught.value)
