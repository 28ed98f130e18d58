"""The file that says which key is whose: what it may hold, and what is told of each fault."""

from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from signing.agency_keys import AgencyKey, KeyReference, read_agency_keys

SHA256 = "AB:CD " * 16


def written(folder: Path, text: str) -> Path:
    path = folder / "agency_keys.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_row_names_key_password_and_certificate_and_the_settings_stand_in_for_the_rest(tmp_path: Path) -> None:
    text = f"""schema = 1
[[agency]]
code = "000.00.15.H41"
key = "pkcs11:XA-MAU"
password = "env:PIN"
certificate = "{SHA256}"
[[agency]]
code = "H41.16"
key = "pkcs11:XA-VI-DU"
module = "/lib/other.so"
chain_file = "/etc/issuers.pem"
"""
    first, second = read_agency_keys(written(tmp_path, text), Path("/lib/token.so"), None)
    assert first == AgencyKey("H41.15", KeyReference("pkcs11:XA-MAU", "env:PIN", Path("/lib/token.so")), "abcd" * 16)
    assert second.reference == KeyReference("pkcs11:XA-VI-DU", None, Path("/lib/other.so"), Path("/etc/issuers.pem"))
    assert (second.reference.kind, second.reference.place) == ("pkcs11", "XA-VI-DU")


ROW = 'code = "H41.15"\nkey = "pkcs12:/a.p12"\n'
FAULTS = {
    "another schema": ("schema = 2\n", "schema"),
    "a part that is none": ("schema = 1\n[[signer]]\n", "signer"),
    "a key that is none": (f"schema = 1\n[[agency]]\n{ROW}pin = 'x'\n", "agency 1, pin"),
    "no key": ('schema = 1\n[[agency]]\ncode = "H41.15"\n', "agency 1, key"),
    "no code": ('schema = 1\n[[agency]]\nkey = "pkcs12:/a.p12"\n', "agency 1, code"),
    "no agency's code": ('schema = 1\n[[agency]]\ncode = "UBND"\nkey = "pkcs12:/a.p12"\n', "agency 1, code"),
    "a number": ("schema = 1\n[[agency]]\ncode = 41\n", "agency 1, code"),
    "no fingerprint": (f"schema = 1\n[[agency]]\n{ROW}certificate = 'abcd'\n", "agency 1, certificate"),
    "an agency twice": (f"schema = 1\n[[agency]]\n{ROW}[[agency]]\n{ROW}", "agency 2"),
}


@pytest.mark.parametrize(("text", "place"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        read_agency_keys(written(tmp_path, text), None, None)
    assert "agency_keys.toml" in str(caught.value)
    assert caught.value.details["place"] == place


def test_a_file_that_is_named_and_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError):
        read_agency_keys(tmp_path / "agency_keys.toml", None, None)


def test_a_secret_in_place_of_its_reference_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        read_agency_keys(written(tmp_path, f"schema = 1\n[[agency]]\n{ROW}password = '624351'\n"), None, None)
    assert "624351" not in str(caught.value) + repr(caught.value)
