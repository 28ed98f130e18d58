"""Columns of a register that papers are looked up by, and those that came with a later release."""

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.register.keys import symbol_key
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry
from tests.integration.pipeline.registers import HEADER, ROW, counts_of, import_file, register_file


def test_a_row_is_looked_up_by_its_number_and_symbol_without_marks_or_leading_zeros(
    small: Ledger, tmp_path: Path
) -> None:
    import_file(small, register_file(tmp_path, ROW.format(1, "Số: 007")))
    with small.reading() as session:
        assert session.scalars(select(RegisterEntry.symbol_key)).one() == "7/TLKS"


@pytest.mark.parametrize("written", ["12/QĐ-UBND", "012/qđ – ubnd", "Số: 12/QD-UBND", "12 / QĐ-UBND"])
def test_spellings_of_one_number_have_one_key(written: str) -> None:
    assert symbol_key(written) == "12/QD-UBND"


def test_issuer_and_signer_are_taken_where_a_register_names_them(small: Ledger, tmp_path: Path) -> None:
    row = ROW.format(1, 12) + ",Ủy ban nhân dân xã Mẫu,Trần Thị Mẫu"
    header = f"{HEADER},Cơ quan ban hành,Người ký"
    import_file(small, register_file(tmp_path, row, header=header))
    with small.reading() as session:
        entry = session.scalars(select(RegisterEntry)).one()
    assert (entry.issuer, entry.signer_name) == ("Ủy ban nhân dân xã Mẫu", "Trần Thị Mẫu")


def test_a_column_that_is_newly_read_changes_the_rows_that_fill_it_and_no_other(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, ROW.format(1, 1), ROW.format(2, 2)))
    header = f"{HEADER},Người ký"
    result = import_file(
        small, register_file(tmp_path, ROW.format(1, 1) + ",Trần Thị Mẫu", ROW.format(2, 2) + ",", header=header)
    )
    assert counts_of(result) == (0, 1, 1, 0, 0)
