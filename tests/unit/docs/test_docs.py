"""The pages agree with the program and with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from config.i18n import translate
from pipeline import wording
from pipeline.extract import reasons
from storage.ledger.models import Base
from storage.ledger.states import DOCUMENT_TRANSITIONS, DocumentState, RecordState

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".sh",
    ".po",
    ".csv",
    ".j2",
    ".css",
    ".json",
    ".sql",
    ".mako",
    "",
}
MACHINE_PATHS = re.compile(r"(?:^|[^.\w])/(?:wor[k]|far[m])/")
REGISTRIES = re.compile(r"index[-]url|https?://[a-z.]*(?:py[p]i|python[h]osted|npm[j]s|debia[n])\.")


def requirement_names(file: str) -> set[str]:
    lines = (ROOT / "requirements" / file).read_text("utf-8").splitlines()
    return {re.split(r"[<\[=]", line)[0].strip() for line in lines if line.strip() and not line.startswith(("#", "-"))}


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "CONTRIBUTING.md"])
def test_make_commands_named_in_a_page_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)", (ROOT / page).read_text("utf-8")))
    assert named <= targets, named - targets


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_ci_runs_the_test_command_of_the_readme_and_nothing_else(page: str) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    commands = [line.split("#")[0].strip() for line in block.strip().split("\n")]
    run = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line.startswith("make ")]
    assert commands == ["make demo", *run]


def test_what_ci_runs_is_lint_types_import_rules_and_tests() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (parts,) = re.findall(r"^check:(.*?)(?:##|$)", makefile, re.MULTILINE)
    assert {"lint", "type", "imports", "audit", "test"} <= set(parts.split())


def test_every_test_that_is_said_to_hold_a_threat_is_there() -> None:
    rows = re.findall(r"^\|.*\|$", (ROOT / "THREATS.md").read_text("utf-8"), re.MULTILINE)
    named = {path for row in rows for path in re.findall(r"`((?:tests|scripts)/[^`]+)`", row)}
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    # The manual's pages stand in both languages; the index names one of each.
    missing = [page for page in pages if page != "index.md" and page not in index and not page.endswith(".vi.md")]
    assert not missing


def test_the_two_readmes_lead_to_the_same_pages_and_commands() -> None:
    english, vietnamese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.vi.md"))

    def links(text: str) -> set[str]:
        return set(re.findall(r"\]\(([^)#\s]+)", text)) - {"README.md", "README.vi.md"}

    assert links(english) == links(vietnamese)
    assert re.findall(r"make [a-z]+", english) == re.findall(r"make [a-z]+", vietnamese)
    assert english.count("\n## ") == vietnamese.count("\n## ")


def test_every_dependency_is_decided_on() -> None:
    decided = (ROOT / "docs/decisions/0001-dependencies.md").read_text("utf-8")
    names = requirement_names("runtime.in") | requirement_names("dev.in")
    assert not [name for name in sorted(names) if not re.search(rf"\b{re.escape(name)}\b", decided)]


def test_the_glossary_names_every_table_and_state() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    words = set(re.findall(r"[a-z_]+", glossary))
    assert set(Base.metadata.tables) <= words
    assert set(DocumentState) | set(RecordState) <= words


def test_the_architecture_page_shows_the_steps_that_the_database_allows() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    lines = [line.split("->") for line in page.splitlines() if re.match(r"[a-z_]+ +-> [a-z_, ]+$", line)]
    shown = {(before.strip(), after.strip()) for before, afters in lines for after in afters.split(",")}
    assert shown == {(str(before), str(after)) for before, after in DOCUMENT_TRANSITIONS}


def test_the_glossary_calls_states_and_fields_what_the_screen_calls_them() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    states = {str(state): wording.STATES[state] for state in DocumentState}
    ids = {**states, **wording.FIELDS, **wording.METADATA}
    rows = [f"| {name} | {message} | {translate(message, 'vi')} |" for name, message in ids.items()]
    assert [row for row in rows if row not in glossary] == []


def test_every_reason_for_asking_is_explained() -> None:
    page = (ROOT / "docs/reading.md").read_text("utf-8")
    # Of the document, not of a field: the finding says all there is to say.
    asked = set(reasons.SENTENCES) - {reasons.NO_HEADING}
    assert [code for code in sorted(asked) if f"`{code}`" not in page] == []


def changelog() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Give the versions, newest first as they stand there, each with its sections and their lines."""
    versions: list[tuple[str, list[tuple[str, list[str]]]]] = []
    for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            versions.append((line.removeprefix("## "), []))
        elif line.startswith("### "):
            versions[-1][1].append((line.removeprefix("### "), []))
        elif versions and line.strip():
            versions[-1][1][-1][1].append(line)
    return versions


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    named = [
        re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?: \((?:unreleased|\d{4}-\d{2}-\d{2})\))?", head) for head, _ in changelog()
    ]
    numbers = [tuple(map(int, head.groups())) for head in named if head]
    assert len(numbers) == len(named), "a version is its number and its day"
    assert numbers == sorted(set(numbers), reverse=True), "newest first, each once"
    assert numbers[0] == tuple(map(int, version.split(".")))
    assert not any("unreleased" in head for head, _ in changelog()[1:])


def test_the_changelog_tells_each_reader_what_changed() -> None:
    order = ("Added", "Changed", "Fixed", "Removed")
    for version, sections in changelog():
        heads = [
            re.fullmatch(rf"({'|'.join(order)})(?: for (?:archivists|admins|auditors))?", head) for head, _ in sections
        ]
        kinds = [head[1] for head in heads if head]
        assert len(kinds) == len(sections), f"{version}: {[head for head, _ in sections]}"
        assert kinds == sorted(kinds, key=order.index), version
        assert len({head for head, _ in sections}) == len(sections), f"{version}: a section stands twice"
        for head, lines in sections:
            assert lines, f"{version}, {head}: nothing stands there"
            assert all(line.startswith(("- ", "  ")) for line in lines), f"{version}, {head}: one point a line"


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_requirements_are_pinned_and_hashed(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text("utf-8")
    packages = re.findall(r"^([A-Za-z0-9_.-]+)(==\S+)?", text, re.MULTILINE)
    assert packages
    assert all(pin for name, pin in packages if name)
    assert text.count("--hash=sha256:") >= len(packages)
    assert not REGISTRIES.search(text)


def test_there_is_one_opencv() -> None:
    pinned = (ROOT / "requirements/runtime.txt").read_text("utf-8")
    assert re.findall(r"^opencv[\w-]*", pinned, re.MULTILINE) == ["opencv-python"]
    assert "opencv" not in (ROOT / "requirements/dev.txt").read_text("utf-8")


def test_no_tracked_file_names_a_registry_or_a_machines_path() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in TEXT_SUFFIXES and path.is_file() and path != Path(__file__):
            text = path.read_text("utf-8", "replace")
            if MACHINE_PATHS.search(text) or REGISTRIES.search(text):
                found.append(name)
    assert not found


GENERATED = {"commands.md", "settings.md", "exit-codes.md"}
ENDS_WITHIN = re.compile(r"(?<!\d)(?<![A-ZĐ])(?<!Đ)[.!?…]\s+(?=[A-ZÀ-ỸĐ])")
"""A sentence that ends within a line; not after a number or an initial."""
STARTS_ANEW = re.compile(r"\s*([-*#>|!]|\d+\. |\[|```|$)")


def prose_faults(text: str) -> list[str]:
    """Give the lines of a page that hold more than one sentence, or go on in the next line."""
    prose = re.sub(r"```.*?```", "\n", text, flags=re.DOTALL).split("\n")
    bare = [re.sub(r"`[^`]*`|\]\([^)]*\)|\*", "x", line) for line in prose]
    found = [line for line, plain in zip(prose, bare, strict=True) if "|" not in plain and ENDS_WITHIN.search(plain)]
    pairs = zip(prose, bare, prose[1:], strict=False)
    return found + [
        line
        for line, plain, later in pairs
        if plain.strip()
        and plain[:1] not in "#|"
        and not STARTS_ANEW.match(later)
        and plain.rstrip()[-1] not in ".:;!?)x*"
    ]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in GENERATED], ids=lambda page: str(page.relative_to(ROOT))
)
def test_prose_stands_one_sentence_a_line(page: Path) -> None:
    assert prose_faults(page.read_text("utf-8")) == []


def test_a_line_of_two_sentences_or_half_of_one_is_found_out() -> None:
    assert (
        prose_faults("One sentence.\nAnother, with `code. Here` and a 3.5 in it.\n\n- An item.\n  It goes on.\n") == []
    )
    assert prose_faults("One sentence. Another.") == ["One sentence. Another."]
    assert prose_faults("A sentence that is\nwrapped.") == ["A sentence that is"]
