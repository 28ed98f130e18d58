"""`sohoa verify FILE` on what people hold in their hands: each case has its words and its exit code."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from config.errors import ExitCode
from config.i18n import activate, active_language
from config.settings import load_settings
from ocr.pdfa import PdfaReport
from pipeline.context import Context
from pipeline.founding import found
from pipeline.verdict_wording import conformance_text
from scripts.application import run
from signing.seal import SealRequest
from storage.ledger.states import Environment
from tests.integration.signing.conftest import add_note, append_revision


@pytest.fixture(scope="module", autouse=True)
def _english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk") / "home"


@pytest.fixture(scope="module")
def sealed(home: Path) -> Path:
    """A file that the installation itself sealed."""
    return seal(home, home.with_name("sealed.pdf"))


def seal(home: Path, out: Path) -> Path:
    ctx = Context(load_settings(home), actor="tester")
    found(ctx, Environment.TEST)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].contents_add(b"0 0 1 rg 200 300 200 200 re f")
        pdf.save(home / "plain.pdf")
    ctx.sealer.seal(SealRequest(home / "plain.pdf", out, "SAO Y", "Sở Mẫu", ctx.clock()))
    ctx.ledger.close()
    return out


def verify(home: Path, path: Path) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--home", str(home), "--lang", "en", "verify", str(path)])
    return code, out.getvalue() + err.getvalue()


def paint_over(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 600 re f"))
    writer.update_container(page)


def take_signature_out(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject()
    writer.update_container(writer.root["/AcroForm"])
    writer.update_container(writer.root)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    page = {pdf_name("/Type"): pdf_name("/Page"), pdf_name("/Parent"): writer.root.raw_get("/Pages")}
    pages["/Kids"].append(writer.add_object(generic.DictionaryObject(page)))
    pages["/Count"] = generic.NumberObject(2)
    writer.update_container(pages)


def resave(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CASES: dict[str, tuple[Callable[[Path], object], ExitCode, str]] = {
    "as it was": (lambda _path: None, ExitCode.DONE, "GENUINE: unchanged"),
    "painted over": (lambda path: append_revision(path, paint_over), ExitCode.INVALID, "changed after signing"),
    "with a page more": (lambda path: append_revision(path, add_page), ExitCode.INVALID, "changed after signing"),
    "saved anew": (resave, ExitCode.INVALID, "signed bytes were changed"),
    "with a note": (lambda path: append_revision(path, add_note), ExitCode.INDETERMINATE, "added after signing"),
    "signature hidden": (
        lambda path: append_revision(path, take_signature_out),
        ExitCode.INDETERMINATE,
        "taken out or hidden",
    ),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:3000]), ExitCode.INPUT, "end of the PDF is missing"),
    "with much after its end": (
        lambda path: path.write_bytes(path.read_bytes() + b"x" * 3000),
        ExitCode.INPUT,
        "much was added after it",
    ),
    "empty": (lambda path: path.write_bytes(b""), ExitCode.INPUT, "the file is empty"),
    "a text": (lambda path: path.write_text("xin chào"), ExitCode.INPUT, "no PDF"),
    "a folder": (make_folder, ExitCode.INPUT, "a folder"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_file_at_hand_has_its_words_and_its_exit_code(home: Path, sealed: Path, tmp_path: Path, case: str) -> None:
    path = tmp_path / "đổi tên.pdf"
    shutil.copyfile(sealed, path)
    change, code, words = CASES[case]
    change(path)
    found_code, told = verify(home, path)
    assert words in told
    assert found_code == code


def test_an_unsigned_file_and_one_signed_by_others_are_told_apart(home: Path, sealed: Path, tmp_path: Path) -> None:
    assert verify(home, home / "plain.pdf")[0] == ExitCode.INDETERMINATE
    assert "NO SIGNATURE" in verify(home, home / "plain.pdf")[1]
    (line,) = [line for line in verify(home, home / "plain.pdf")[1].splitlines() if "PDF/A" in line]
    assert re.search(r"does not conform: ISO_19005_2:[\d.-]+, [^ ]+(, [^ ]+)? \(details: --json\)$", line), line
    (tmp_path / "other").mkdir()
    code, told = verify(home, seal(tmp_path / "other", tmp_path / "foreign.pdf"))
    assert code == ExitCode.INDETERMINATE
    assert "leads to no trusted root" in told


def test_a_rule_is_named_by_its_number_whoever_judged() -> None:
    told = PdfaReport(False, ("ISO_19005_2:6.1.3-1 trailer: no ID", "veraPDF ISO 19005-2:2011:6.2.2-1"), (), ("a",))
    assert (
        conformance_text(told)
        == "does not conform: ISO_19005_2:6.1.3-1, veraPDF ISO 19005-2:2011:6.2.2-1 (details: --json)"
    )
    unchecked = PdfaReport(False, (), ("pikepdf:schema-Catalog obj 1 0: not supported",), ("a",))
    assert conformance_text(unchecked) == "could not be checked: pikepdf:schema-Catalog (details: --json)"
