"""The corpus: page images with truth read by eye, and the scorer that comes with it."""

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from pipeline.extract import FieldName

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "vn-government-scans"
FIELDS = {
    "so_ky_hieu": FieldName.CODE,
    "ky_hieu": FieldName.SYMBOL,
    "dia_danh": FieldName.PLACE,
    "ngay": FieldName.ISSUED_ON,
    "co_quan_chu_quan": FieldName.PARENT_ISSUER,
    "co_quan_ban_hanh": FieldName.ISSUER,
    "ten_loai": FieldName.TYPE_NAME,
    "trich_yeu": FieldName.SUBJECT,
    "do_khan": FieldName.URGENCY,
    "quyen_ky": FieldName.AUTHORITY,
    "chuc_vu": FieldName.SIGNER_TITLE,
    "nguoi_ky": FieldName.SIGNER_NAME,
}
"""The fields that are scored, by their names in the truth."""
NOT_PRINTED = {"so_ky_hieu": ("số",), "ngay": ("ngày", "tháng"), "do_khan": ("dấu",)}
"""A field is not printed where the truth lists ink "where" it stands that begins with one of these words."""


class Scorer(Protocol):
    """What the corpus's own score.py gives."""

    def norm(self, text: str) -> str:
        """Give a text as texts are compared."""

    def score_page(self, truth: Mapping[str, Any], text: str, fields: None) -> dict[str, int]:
        """Count characters, errors and extra characters of a page's text."""

    def units(self, truth: Mapping[str, Any]) -> Any:
        """Give the printed units of a page, each with whether ink stands in it."""

    def infix_distance(self, needle: str, hay: str) -> int:
        """Give the least edit distance between a text and any part of another."""


@dataclass(frozen=True, slots=True)
class TruePage:
    """One page with its truth: its name, the document whose page it is, where its image lies."""

    name: str
    document: str
    image: Path
    truth: Mapping[str, Any]

    @property
    def fields(self) -> Mapping[str, Any]:
        """Give what is true of its fields by their names in the truth; empty where the truth says nothing."""
        return self.truth.get("fields") or self.truth.get("fields_on_page") or {}

    def is_printed(self, field: str) -> bool:
        """Say whether a field is all print, without handwriting and stamps."""
        ink = [*self.truth.get("handwritten", []), *self.truth.get("stamps", [])]
        return not any(item["where"].startswith(NOT_PRINTED.get(field, ("\0",))) for item in ink)

    def listed_chars(self, scorer: Scorer) -> int:
        """Count the characters of the stamps and notes that the truth lists beside the print."""
        inked = [item["s"] for kind in ("stamps", "handwritten") for item in self.truth.get(kind, [])]
        return sum(len(scorer.norm(text)) + 1 for text in inked if not text.startswith("<"))


def corpus_pages(corpus: Path) -> list[TruePage]:
    """Give the pages of a corpus by name. Raise FileNotFoundError when it has none."""
    pages = []
    for path in sorted((corpus / "truth").glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        pages.append(TruePage(path.stem, truth["id"], corpus / "pages" / f"{path.stem}.png", truth))
    if not pages:
        raise FileNotFoundError(corpus / "truth")
    return pages


def load_scorer(corpus: Path) -> Scorer:
    """Load the scorer that lies beside a corpus. Raise FileNotFoundError when it does not."""
    path = corpus.resolve().parent / "score.py"
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    if spec is None or spec.loader is None or not path.exists():
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Scorer", _checked(module))


def _checked(module: ModuleType) -> ModuleType:
    missing = [name for name in ("norm", "score_page", "units", "infix_distance") if not hasattr(module, name)]
    if missing:
        raise FileNotFoundError(f"{module.__file__}: {', '.join(missing)}")
    return module
