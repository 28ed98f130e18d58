import random
import re
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from config.settings import SigningSettings
from signing import SealRequest, TrustStore, Verdict, has_signatures, load_trust, open_sealer, overall, validate
from signing.report import Change, Coverage, Reason, SignatureReport
from tests.integration.signing.conftest import AGENCY, SIGNED_AT, add_note, append_revision


def _only(pdf: Path, trust: TrustStore) -> SignatureReport:
    (report,) = validate(pdf, trust)
    return report


def test_own_seal_is_valid_and_marked_test(sealed: Path, trust: TrustStore) -> None:
    report = _only(sealed, trust)
    assert report.verdict is Verdict.VALID
    assert (report.intact, report.trusted, report.is_test) == (True, True, True)
    assert (report.level, report.digest, report.subfilter) == ("B-T", "sha256", "ETSI.CAdES.detached")
    assert (report.coverage, report.changed_after) == (Coverage.FILE, Change.NOTHING)
    assert report.signed_at == SIGNED_AT
    assert report.timestamp_at is not None
    assert report.reason_code == Reason.NONE


def test_unknown_root_leaves_the_verdict_open(sealed: Path, nobody: TrustStore) -> None:
    report = _only(sealed, nobody)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.reason_code == Reason.NO_TRUSTED_ROOT
    assert report.intact
    assert not report.trusted


def test_unsigned_file_has_no_reports(page: Path, trust: TrustStore) -> None:
    assert not has_signatures(page)
    assert validate(page, trust) == ()


def test_expired_certificate_stays_valid_while_the_timestamp_is_trusted(sealed: Path, trust: TrustStore) -> None:
    """The agency's certificate and the authority's end together, so long after that nothing proves the time."""
    later = _only_at(sealed, trust, datetime.now(UTC) + timedelta(days=365 * 19))
    assert later.verdict is Verdict.VALID
    much_later = _only_at(sealed, trust, datetime.now(UTC) + timedelta(days=365 * 21))
    assert much_later.verdict is Verdict.INDETERMINATE
    assert much_later.reason_code == Reason.LAPSED


def _only_at(pdf: Path, trust: TrustStore, now: datetime) -> SignatureReport:
    (report,) = validate(pdf, trust, now=now)
    return report


# Tampering


def test_flipped_byte_of_the_content_is_invalid(sealed: Path, trust: TrustStore) -> None:
    content = bytearray(sealed.read_bytes())
    place = content.index(b"/MediaBox") if b"/MediaBox" in content else 600
    content[place + 1] ^= 0x20
    sealed.write_bytes(content)
    assert overall(validate(sealed, trust)) is Verdict.INVALID


@pytest.mark.parametrize("seed", range(12))
def test_any_flipped_byte_is_noticed(sealed: Path, trust: TrustStore, seed: int) -> None:
    content = bytearray(sealed.read_bytes())
    hole = re.search(rb"/Contents <[0-9A-Fa-f]+>", content)
    assert hole is not None
    places = [place for place in range(len(content)) if not hole.start() <= place < hole.end()]
    place = random.Random(seed).choice(places)
    content[place] ^= 1
    sealed.write_bytes(content)
    assert overall(validate(sealed, trust)) is Verdict.INVALID, place


def test_flipped_byte_of_the_signature_itself_is_invalid(sealed: Path, trust: TrustStore) -> None:
    def value(signer: cms.SignerInfo) -> bytes:
        return bytes(signer["signature"].native)

    _exchange_in_cms(sealed, value, lambda old: old[:-1] + bytes([old[-1] ^ 1]))
    report = _only(sealed, trust)
    assert report.verdict is Verdict.INVALID
    assert report.reason_code == Reason.SIGNATURE_BROKEN


def test_timestamp_of_another_signature_does_not_count(sealed: Path, trust: TrustStore) -> None:
    def imprint(signer: cms.SignerInfo) -> bytes:
        token = signer["unsigned_attrs"][0]["values"][0]["content"]
        return bytes(token["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native)

    _exchange_in_cms(sealed, imprint, lambda old: bytes(len(old)))
    report = _only(sealed, trust)
    assert report.level == "B-B"
    assert report.timestamp_at is None
    assert report.verdict is Verdict.INDETERMINATE
    assert report.reason_code == Reason.TIMESTAMP_BROKEN


def _exchange_in_cms(pdf: Path, part: Callable[[cms.SignerInfo], bytes], change: Callable[[bytes], bytes]) -> None:
    content = pdf.read_bytes()
    hole = re.search(rb"/Contents <([0-9A-Fa-f]+)>", content)
    assert hole is not None
    raw = bytes.fromhex(hole[1].decode())
    old = part(cms.ContentInfo.load(raw)["content"]["signer_infos"][0])
    assert raw.count(old) == 1
    new = raw.replace(old, change(old)).hex().encode()
    pdf.write_bytes(content[: hole.start(1)] + new + content[hole.end(1) :])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_cut_off_file_is_invalid(sealed: Path, trust: TrustStore, share: float) -> None:
    content = sealed.read_bytes()
    sealed.write_bytes(content[: int(len(content) * share)])
    reports = validate(sealed, trust)
    if has_signatures(sealed):
        assert overall(reports) is not Verdict.VALID
    else:
        assert reports == ()


def test_cut_back_to_the_unsigned_revision_is_unsigned(page: Path, sealed: Path, trust: TrustStore) -> None:
    sealed.write_bytes(sealed.read_bytes()[: page.stat().st_size])
    assert validate(sealed, trust) == ()


def test_replaced_page_content_is_invalid(sealed: Path, trust: TrustStore) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 0 0 300 300 re f"))
        writer.update_container(page)

    append_revision(sealed, change)
    report = _only(sealed, trust)
    assert report.verdict is Verdict.INVALID
    assert report.reason_code == Reason.CHANGED_AFTER
    assert report.intact, "the signed bytes themselves still stand"
    assert report.coverage == Coverage.REVISION


def test_second_page_appended_is_invalid(sealed: Path, trust: TrustStore) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        extra = generic.DictionaryObject(
            {pdf_name("/Type"): pdf_name("/Page"), pdf_name("/Parent"): writer.root.raw_get("/Pages")}
        )
        pages["/Kids"].append(writer.add_object(extra))
        pages["/Count"] = generic.NumberObject(2)
        writer.update_container(pages)

    append_revision(sealed, change)
    assert _only(sealed, trust).verdict is Verdict.INVALID


def test_note_added_after_the_last_signature_leaves_the_verdict_open(sealed: Path, trust: TrustStore) -> None:
    append_revision(sealed, add_note)
    report = _only(sealed, trust)
    assert report.changed_after == Change.ANNOTATIONS
    assert report.verdict is Verdict.INDETERMINATE
    assert report.reason_code == Reason.ADDED_UNATTESTED


def add_security_store(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/DSS"] = writer.add_object(generic.DictionaryObject({pdf_name("/Type"): pdf_name("/DSS")}))
    writer.update_root()


@pytest.mark.parametrize("tail", [b"\n\n", b"XX", b"A" * 900], ids=len)
def test_bytes_after_the_end_that_no_revision_explains_leave_the_verdict_open(
    sealed: Path, trust: TrustStore, nobody: TrustStore, tail: bytes
) -> None:
    sealed.write_bytes(sealed.read_bytes() + tail)
    report = _only(sealed, trust)
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.ADDED_UNATTESTED)
    assert _only(sealed, nobody).reason_code == Reason.ADDED_UNATTESTED, "a signer unknown here does not hide them"


@pytest.mark.parametrize("tail", [b"\n%%EOF\n", b"A" * 900 + b"%%EOF", b"<html>" + bytes(9000) + b"\n%%EOF"], ids=len)
def test_a_second_end_of_file_is_never_genuine(sealed: Path, trust: TrustStore, tail: bytes) -> None:
    sealed.write_bytes(sealed.read_bytes() + tail)
    assert _only(sealed, trust).verdict is not Verdict.VALID


def test_an_end_written_twice_does_not_hide_what_stands_between(sealed: Path, trust: TrustStore) -> None:
    append_revision(sealed, add_security_store)
    content = sealed.read_bytes()
    assert _only(sealed, trust).verdict is Verdict.VALID, "data for checking may be added"
    sealed.write_bytes(content + b"hidden\n" + content[content.rindex(b"startxref") :])
    report = _only(sealed, trust)
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, Reason.ADDED_UNATTESTED)


def test_note_does_not_hide_a_changed_page(sealed: Path, trust: TrustStore) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/MediaBox"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 100, 100)])
        add_note(writer, overwrite=page)

    append_revision(sealed, change)
    report = _only(sealed, trust)
    assert report.changed_after == Change.OTHER
    assert report.verdict is Verdict.INVALID


def test_note_cannot_smuggle_in_a_new_version_of_an_old_object(sealed: Path, trust: TrustStore) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        contents = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents")
        stream = contents.get_object() if not isinstance(contents, generic.ArrayObject) else contents[0]
        stream._data = b"1 0 0 rg 0 0 300 300 re f"
        stream._encoded_data = None
        writer.update_container(stream)
        add_note(writer)

    append_revision(sealed, change)
    assert _only(sealed, trust).verdict is Verdict.INVALID


def test_removed_signature_field_leaves_an_open_verdict(sealed: Path, trust: TrustStore) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    append_revision(sealed, change)
    assert has_signatures(sealed)
    assert _only(sealed, trust).reason_code == Reason.ORPHANED
    assert overall(validate(sealed, trust)) is Verdict.INDETERMINATE


def test_saving_a_sealed_file_anew_breaks_it(sealed: Path, trust: TrustStore) -> None:
    with pikepdf.open(sealed, allow_overwriting_input=True) as pdf:
        pdf.save(sealed)
    assert overall(validate(sealed, trust)) is Verdict.INVALID


def test_signature_moved_to_another_document_is_invalid(sealed: Path, page: Path, trust: TrustStore) -> None:
    other = bytearray(sealed.read_bytes())
    other[100:110] = b"0123456789"
    sealed.write_bytes(other)
    assert overall(validate(sealed, trust)) is Verdict.INVALID


def test_untrusted_signature_added_to_ours_does_not_pass(sealed: Path, tmp_path: Path, trust: TrustStore) -> None:
    stranger = open_sealer(SigningSettings(level="B-T"), tmp_path / "stranger", production=False)
    twice = tmp_path / "twice.pdf"
    content = sealed.read_bytes().replace(b"(AgencySeal)", b"(AgencySea1)")
    renamed = tmp_path / "renamed.pdf"
    renamed.write_bytes(content)
    stranger.seal(SealRequest(renamed, twice, "SAO Y", AGENCY, SIGNED_AT))
    assert overall(validate(twice, trust)) is not Verdict.VALID


# Garbage


GARBAGE = {
    "no cms": b"00" * 40,
    "random": random.Random(7).randbytes(60).hex().encode(),
    "empty": b"",
    "huge length": b"3084ffffffff" + b"00" * 60,
    "deep nesting": b"3080" * 3000,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_in_place_of_a_signature_is_invalid(sealed: Path, trust: TrustStore, name: str) -> None:
    content = sealed.read_bytes()
    hole = re.search(rb"/Contents <([0-9A-Fa-f]+)>", content)
    assert hole is not None
    junk = GARBAGE[name][: hole.end(1) - hole.start(1)]
    padded = junk + b"0" * (hole.end(1) - hole.start(1) - len(junk))
    sealed.write_bytes(content[: hole.start(1)] + padded + content[hole.end(1) :])
    report = _only(sealed, trust)
    assert report.verdict is Verdict.INVALID
    assert report.reason_code == Reason.MALFORMED


@pytest.mark.parametrize(
    "byte_range",
    [
        b"[0 10 20 99999999]",
        b"[-5 10 20 30]",
        b"[0 0 0 0]",
        b"[]",
        b"(text)",
        b"null",
        b"[0 10]",
        b"[0.5 /A (b) 1]",
        b"[99999999999999999999 1 2 3]",
    ],
)
def test_senseless_byte_ranges_are_invalid(sealed: Path, trust: TrustStore, byte_range: bytes) -> None:
    content = sealed.read_bytes()
    found = re.search(rb"/ByteRange (\[[^\]]*\] *)", content)
    assert found is not None
    padded = byte_range.ljust(len(found[1]))
    sealed.write_bytes(content[: found.start(1)] + padded + content[found.end(1) :])
    assert _only(sealed, trust).verdict is Verdict.INVALID


@pytest.mark.parametrize("seed", range(40))
def test_shaken_files_never_crash_and_never_pass(sealed: Path, trust: TrustStore, seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(sealed.read_bytes())
    for _ in range(dice.choice((3, 30, 300))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    sealed.write_bytes(content)
    assert overall(validate(sealed, trust)) is not Verdict.VALID


def test_kind_we_cannot_check_is_left_open(sealed: Path, trust: TrustStore) -> None:
    content = sealed.read_bytes().replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    sealed.write_bytes(content)
    report = _only(sealed, trust)
    assert report.reason_code == Reason.UNSUPPORTED
    assert report.verdict is Verdict.INDETERMINATE


def test_file_that_is_no_pdf_but_names_a_byte_range_is_invalid(tmp_path: Path, trust: TrustStore) -> None:
    path = tmp_path / "junk.pdf"
    path.write_bytes(b"/ByteRange [0 1 2 3] and nothing else")
    assert _only(path, trust).reason_code == Reason.PDF_UNREADABLE


# Presence


def test_empty_file_has_no_signatures(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.touch()
    assert not has_signatures(path)


@pytest.mark.parametrize("name", [b"/Byte#52ange [0 1 2 3]", b"/#42yteR#61nge[0 1 2 3]"])
def test_disguised_names_do_not_hide_a_signature(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / "disguised.pdf"
    path.write_bytes(b"%PDF-1.7\n" + name)
    assert has_signatures(path)


@pytest.mark.parametrize("name", [b"/ByteRange", b"/#42#79#74#65#52#61#6e#67#65"])
@pytest.mark.parametrize("shift", [-30, -9, -5, -1, 0])
def test_signature_across_two_reads_is_seen(tmp_path: Path, name: bytes, shift: int) -> None:
    path = tmp_path / "split.pdf"
    path.write_bytes(b" " * ((1 << 20) + shift) + name + b" [0 1 2 3]")
    assert has_signatures(path)


def test_presence_is_told_quickly_for_large_files(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.7\n" + zlib.compress(random.Random(1).randbytes(1 << 20)) * 30)
    began = time.process_time()
    assert not has_signatures(path)
    assert time.process_time() - began < 1.5


# Trust


def test_trust_folder_adds_roots(sealed: Path, keys: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes((keys / "test-ca.cert.pem").read_bytes())
    store = load_trust(tmp_path / "no-keys", folder)
    assert len(store.roots) == 1
    assert _only(sealed, store).verdict is Verdict.VALID
