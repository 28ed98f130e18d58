"""What a page shows or names is what the program reads and has: examples, commands, settings, files."""

import re
from pathlib import Path

import pytest

from config.section import Section
from config.settings import Settings, known_keys, load_settings
from pipeline.agencies import load_agencies
from pipeline.batch_sheet import SHEET_NAME, read_sheet
from scripts.reference_pages import command_pages
from signing.agency_keys import read_agency_keys

ROOT = Path(__file__).parents[3]
GENERATED = {"commands.md", "settings.md", "exit-codes.md"}
PAGES = sorted(page for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if page.name not in GENERATED)
FOLDERS = "config|docs|flows|ocr|pipeline|requirements|scripts|signing|storage|tests|web"
FILE_SUFFIXES = (".sqlite3", ".toml", ".csv", ".py", ".md", ".html", ".xlsx", ".json")
UNSAID = {"sohoa evidence": "make", "sohoa serve": "alone", "sohoa backfill": "start"}
"""Verbs that may be left out after their group."""
SETTING_SECTIONS = {key.split(".")[0] for key in known_keys() if "." in key}


def examples(page: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


def spoken_code(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    blocks = [
        line.split("#")[0] for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.split("\n")
    ]
    return [*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]


@pytest.mark.parametrize("page", ["docs/inbox.md", "docs/vi/luu-tru.md"])
def test_the_example_of_a_batch_sheet_is_one(page: str, tmp_path: Path) -> None:
    (example,) = examples(page)
    (tmp_path / SHEET_NAME).write_text(example, "utf-8")
    assert read_sheet(tmp_path / SHEET_NAME).operator == "Nguyễn Văn Mẫu"


@pytest.mark.parametrize("page", ["docs/agencies.md", "docs/vi/quan-tri.md"])
def test_the_example_of_agencies_is_read(page: str, tmp_path: Path) -> None:
    example = examples(page)[0]
    (tmp_path / "agencies.toml").write_text(example, "utf-8")
    superior, agency = load_agencies(tmp_path / "agencies.toml")
    assert agency.parent == superior.code


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/vi/quan-tri.md"])
def test_the_example_of_production_settings_is_accepted(page: str, tmp_path: Path) -> None:
    example = next(text for text in examples(page) if "[store]" in text)
    (tmp_path / "sohoa.toml").write_text(example, "utf-8")
    settings = load_settings(tmp_path)
    assert settings.store.kind == "s3"
    assert settings.ledger_url.startswith("postgresql")
    defaults = Settings(home=tmp_path / "without a file")
    for section in ("ledger", "store", "signing"):
        chosen: Section = getattr(settings, section)
        assert chosen != getattr(defaults, section), section


@pytest.mark.parametrize("page", ["docs/signing.md", "docs/vi/quan-tri.md"])
def test_the_examples_of_keys_are_read(page: str, tmp_path: Path) -> None:
    token, keys = (
        next(text for text in examples(page) if word in text)
        for word in ("pkcs11_module", "pkcs12:/etc/sohoa/xa-vi-du")
    )
    (tmp_path / "sohoa.toml").write_text(token, "utf-8")
    assert load_settings(tmp_path).signing.key.startswith("pkcs11:")
    (tmp_path / "agency_keys.toml").write_text(keys, "utf-8")
    rows = read_agency_keys(tmp_path / "agency_keys.toml", None, None)
    assert [row.reference.kind for row in rows] == ["pkcs11", "pkcs12"]


def faults_of(line: str, known: dict[str, str]) -> list[str]:
    """Give what a command line, as a page shows it, has that the program has not."""
    words = re.sub(r"--(?:home|lang|actor) \S+", "", line).split()
    # Verbs of a group may stand as one: `sohoa review list|show`.
    spellings = [[*words[:2], verb, *words[3:]] for verb in words[2].split("|")] if len(words) > 2 else [words]
    return [fault for spelling in spellings if (fault := fault_of(spelling, known))]


def fault_of(words: list[str], known: dict[str, str]) -> str:
    if len(words) == 2 and any(path.startswith(f"{' '.join(words)} ") for path in known):
        return ""  # a group, which is no command of its own
    verb = UNSAID.get(" ".join(words[:2]))
    if verb is not None and " ".join(words[:3]) not in known:
        words = [*words[:2], verb, *words[2:]]
    path = next(path for count in (3, 2, 1) if (path := " ".join(words[:count])) in known)
    rest = words[len(path.split()) :]
    if path == "sohoa" and rest and not rest[0].startswith("-"):
        return " ".join(words)
    options = {*re.findall(r"--[a-z-]+", f"{known[path]} {known['sohoa']}"), "--help"}
    return ", ".join(word for word in rest if word.startswith("--") and word.split("=")[0] not in options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_a_page_exist_with_their_options(page: Path) -> None:
    known = {found.path: " ".join(name for name, _ in found.parameters) for found in command_pages("en")}
    shown = [code.strip() for code in spoken_code(page) if re.match(r"sohoa( |$)", code)]
    assert [fault for line in shown for fault in faults_of(line, known)] == []


def test_a_command_that_is_not_there_is_found_out() -> None:
    known = {found.path: " ".join(name for name, _ in found.parameters) for found in command_pages("en")}
    for good in ("sohoa", "sohoa review", "sohoa review list|show", "sohoa --home here run --json", "sohoa show H41"):
        assert faults_of(good, known) == [], good
    for bad in ("sohoa digest", "sohoa review lst", "sohoa review list|shw", "sohoa run --fast", "sohoa revue"):
        assert faults_of(bad, known), bad


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_named_in_a_page_exist(page: Path) -> None:
    named = [code for code in spoken_code(page) if re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+( = .*)?", code)]
    keys = {code.split(" = ")[0] for code in named if code.split(".")[0] in SETTING_SECTIONS}
    assert {key for key in keys if not key.endswith(FILE_SUFFIXES)} <= known_keys().keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_and_modules_named_in_a_page_exist(page: Path) -> None:
    missing = []
    for code in spoken_code(page):
        if re.fullmatch(rf"(?:{FOLDERS})/[\w./*-]*", code):
            missing += [code] if not list(ROOT.glob(code.rstrip("/"))) else []
        for module in re.findall(r"python -m ((?:scripts|storage)[\w.]*)", code):
            path = ROOT / module.replace(".", "/")
            if not path.with_suffix(".py").exists() and not path.is_dir() and not module.endswith(".NAME"):
                missing.append(module)
    assert not missing


def test_the_vietnamese_guides_name_every_command_that_people_use() -> None:
    guides = "\n".join(page.read_text("utf-8") for page in ROOT.glob("docs/vi/*.md"))
    shown = re.sub(r" --home \S+", "", guides)
    unsaid = {f"{group} {verb}" for group, verb in UNSAID.items() if re.search(rf"{group} [A-Z]", shown)}
    # What undoes a withdrawal, and what the program shows of itself, is looked up in the manual.
    rare = {"sohoa", "sohoa register withdraw", "sohoa register reinstate"}
    assert {found.path for found in command_pages("vi") if found.path not in shown} - rare - unsaid == set()
