"""The hash of a row is that of its values in canonical JSON: rows kept by earlier releases are no changed ones."""

import hashlib
from datetime import date

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pipeline.register.rows import RegisterRow

TEXT = st.none() | st.text()


@given(TEXT, TEXT, st.integers(0, 1_000_000))
def test_a_rows_hash_is_that_of_its_canonical_json(subject: str | None, signer: str | None, pages: int) -> None:
    row = RegisterRow(
        sheet="",
        number=2,
        agency_code="H41.30",
        record_code="H41.30-260311-0001",
        procedure_code=None,
        procedure_name=None,
        symbol='1/QĐ-"UBND"\\',
        issued_on=date(2026, 3, 5),
        subject=subject,
        issuer=None,
        signer_name=signer,
        resolved_on=None,
        in_force_until=None,
        expected_results=1,
        expected_papers=0,
        expected_pages=pages,
        code_column="",
        agency_column="",
    )
    assert row.sha256() == hashlib.sha256(rfc8785.dumps(row.values())).hexdigest()
