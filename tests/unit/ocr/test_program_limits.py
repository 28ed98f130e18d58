"""Outside programs start through one door, and what they may take is data that is checked."""

import ast
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.program_limits import load_program_limits

ROOT = Path(__file__).parents[3]
ROW = '[[program]]\nname = "gs"\nwall_s = 9\nfile_mb = 8\nwhy = "x"\n'


def test_all_that_reads_files_of_others_starts_through_one_door() -> None:
    """Packages that start programs in their own way are led through it where they are imported."""
    starting = {"subprocess", "pty", "multiprocessing", "pdf2image", "pytesseract", "img2pdf"}
    found = {
        path.relative_to(ROOT).as_posix(): sorted(names)
        for folder in ("ocr", "signing", "pipeline", "web")
        for path in (ROOT / folder).rglob("*.py")
        if (names := imported(path) & starting)
    }
    assert found == {
        "ocr/bounded.py": ["subprocess"],
        "ocr/engines/program.py": ["pytesseract"],
        "ocr/source/render.py": ["pdf2image"],
        # It only asks where Python keeps sockets.
        "pipeline/scratch.py": ["multiprocessing"],
    }
    for name in ("ocr/engines/program.py", "ocr/source/render.py"):
        assert "\nlead_through(" in (ROOT / name).read_text("utf-8")


def imported(path: Path) -> set[str]:
    """The packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_every_program_has_limits_of_memory_and_time() -> None:
    limits = load_program_limits()
    assert set(limits) == {"pdftoppm", "pdfinfo", "pdftotext", "gs", "tesseract", "verapdf"}
    for one in limits.values():
        assert one.memory_mb or one.heap_mb
        assert one.wall_s >= one.cpu_s, "a program that computes without end is told of as that"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("wall_s = 9\n", ""), "program 1.wall_s"),
        (('why = "x"\n', ""), "program 1.why"),
        (("file_mb = 8", "file_mb = -1"), "program 1.file_mb"),
        (("file_mb = 8", "file_mb = true"), "program 1.file_mb"),
        (("wall_s = 9", "wall_s = 9\nmemory = 3"), "program 1.memory"),
    ],
    ids=["no time", "no reason", "nothing", "no number", "mistyped"],
)
def test_a_row_that_is_wrong_is_named(change: tuple[str, str], place: str, tmp_path: Path) -> None:
    path = tmp_path / "program_limits.toml"
    path.write_text("schema = 1\n" + ROW, "utf-8")
    assert load_program_limits(path)["gs"].wall_s == 9
    load_program_limits.cache_clear()
    path.write_text("schema = 1\n" + ROW.replace(*change), "utf-8")
    with pytest.raises(ReferenceDataError) as wrong:
        load_program_limits(path)
    assert wrong.value.details["place"] == place
