"""Field accuracy on real scans: right, wrong but accepted, sent to a person; per field, and word errors by confidence.

Run: python -m scripts.bench.accuracy_fields ../shared/corpus/vn-government-scans [--out DIR] [--words]
The pages go through the real chain (deliver, measure, plan, read, extract) under neutral names, without a register.
"""

import argparse
import importlib.util
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.settings import OcrSettings
from ocr.engines import open_engine
from ocr.model import PageText, WordKind
from ocr.model_json import page_text_from_json, page_text_to_json
from ocr.prepare import plan_page
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Limits, deliver, open_delivered
from pipeline.extract import ExtractContext, ExtractedField, FieldName, FieldStatus, extract
from pipeline.extract.reference import sureness_steps

LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
CORPUS_FIELDS = {
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
NOT_PRINTED = {"so_ky_hieu": ("số",), "ngay": ("ngày", "tháng"), "do_khan": ("dấu",)}
"""A field is not printed where the truth lists ink "where" it stands that begins with one of these words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One field of one page: what was wanted and given, and how it came out."""

    page: str
    field: str
    wanted: str | None
    got: ExtractedField | None
    is_right: bool
    is_printed: bool

    @property
    def outcome(self) -> str:
        """Give the outcome in one word."""
        if self.got is None or (self.got.value is None and self.wanted is None):
            return "absent" if self.wanted is None else "unseen"
        if self.got.status is FieldStatus.REVIEW:
            return "review_right" if self.is_right else "review"
        return "right" if self.is_right else "WRONG"


def read_file(path: Path, cache: Path | None = None) -> tuple[PageText, ...]:
    """Read all pages of a scan with the default engine; from the cache where it has them."""
    path = path.resolve()
    kept = cache / f"{path.stem}.json" if cache else None
    if kept and kept.exists():
        return tuple(page_text_from_json(page) for page in json.loads(kept.read_text("utf-8")))
    engine = open_engine(OcrSettings())
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "delivered.pdf"
        deliver([path], pdf, LIMITS)
        with open_delivered(pdf) as delivered:
            numbers = [page.number for page in delivered.pages]
            plans = [plan_page(delivered, number, measure(delivered, number)) for number in numbers]
            pages = tuple(read_page(delivered, plan, engine) for plan in plans)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([page_text_to_json(page) for page in pages], ensure_ascii=False), "utf-8")
    return pages


def judge_page(
    name: str, truth: dict[str, Any], pages: tuple[PageText, ...], norm: Callable[[str], str]
) -> Iterator[Verdict]:
    """Compare the extracted fields of a page with its truth."""
    extraction = extract(pages, ExtractContext(today=date(2026, 11, 24)))
    wanted_all = {**truth["fields"]} if truth.get("fields") else {**truth.get("fields_on_page", {})}
    for key, field_name in CORPUS_FIELDS.items():
        if key not in wanted_all:
            continue
        wanted, got = wanted_all[key], extraction.field(field_name)
        value = got.value if got else None
        is_right = norm(str(wanted or "")) == norm(str(value or ""))
        yield Verdict(name, key, wanted, got, is_right, _is_printed(key, truth))


def _is_printed(key: str, truth: dict[str, Any]) -> bool:
    ink = [*truth.get("handwritten", []), *truth.get("stamps", [])]
    return not any(item["where"].startswith(NOT_PRINTED.get(key, ("\0",))) for item in ink)


def summary(verdicts: list[Verdict]) -> dict[str, Any]:
    """Count outcomes: over all fields, and the accepted share of printed fields that the page has."""
    printed = [verdict for verdict in verdicts if verdict.wanted is not None and verdict.is_printed]
    accepted = [verdict for verdict in printed if verdict.outcome == "right"]
    by_field: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        by_field.setdefault(verdict.field, Counter())[verdict.outcome] += 1
    return {
        "wrong_accepted": sum(verdict.outcome == "WRONG" for verdict in verdicts),
        "printed": len(printed),
        "printed_accepted": len(accepted),
        "printed_accepted_percent": round(100 * len(accepted) / max(len(printed), 1), 1),
        "fields": {name: dict(counts) for name, counts in by_field.items()},
    }


def word_errors(
    truth: dict[str, Any], pages: tuple[PageText, ...], norm: Callable[[str], str]
) -> Counter[tuple[float, bool, bool]]:
    """Count printed words of letters by confidence step, whether they have a roof (â ê ô), and are in the truth."""
    known = {_bare(word) for word in norm(json.dumps(truth["blocks"], ensure_ascii=False)).split()}
    counts: Counter[tuple[float, bool, bool]] = Counter()
    for page in pages:
        for word in page.words:
            text = _bare(norm(word.text))
            if text.isalpha() and word.kind is WordKind.PRINT:
                step = next(step.start for step in sureness_steps() if word.confidence >= step.start)
                has_roof = "\u0302" in unicodedata.normalize("NFD", text)
                counts[step, has_roof, text in known] += 1
    return counts


def _bare(word: str) -> str:
    return word.strip("\"[]{},.;:()'-/")


def score_norm(corpus: Path) -> Callable[[str], str]:
    """Give the corpus's own normalization of texts. Raise FileNotFoundError when its score.py is missing."""
    spec = importlib.util.spec_from_file_location("score", corpus.parent / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(corpus.parent / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    norm: Callable[[str], str] = module.norm
    return norm


def _write(out: Path, name: str, pages: tuple[PageText, ...]) -> None:
    """Write text and fields as score.py reads them; only accepted fields count as given."""
    out.mkdir(parents=True, exist_ok=True)
    extraction = extract(pages, ExtractContext(today=date(2026, 11, 24)))
    fields = {
        key: field.value
        for key, field_name in CORPUS_FIELDS.items()
        if (field := extraction.field(field_name)) is not None and field.status is FieldStatus.ACCEPTED
    }
    (out / f"{name}.fields.json").write_text(json.dumps(fields, ensure_ascii=False, indent=1), "utf-8")
    (out / f"{name}.txt").write_text("\n\n".join(page.text() for page in pages), "utf-8")


def main() -> int:
    """Judge all pages of a corpus; exit with 1 when a wrong value was accepted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=lambda text: Path(text).resolve())
    parser.add_argument("--out", type=Path, help="write what score.py reads")
    parser.add_argument("--cache", type=Path, help="keep readings here, to repeat extraction alone")
    parser.add_argument("--words", action="store_true", help="count word errors by confidence")
    args = parser.parse_args()
    norm = score_norm(args.corpus)
    verdicts: list[Verdict] = []
    words: Counter[tuple[float, bool, bool]] = Counter()
    for path in sorted((args.corpus / "truth").glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        pages = read_file(args.corpus / "pages" / f"{path.stem}.png", args.cache)
        verdicts += judge_page(path.stem, truth, pages, norm)
        words += word_errors(truth, pages, norm)
        if args.out:
            _write(args.out, path.stem, pages)
    for verdict in verdicts:
        got = verdict.got
        shown = f"{got.confidence:.2f} {got.reason_code or '':18s} {got.value}" if got else ""
        print(f"{verdict.page:24s} {verdict.field:16s} {verdict.outcome:12s} {shown}", file=sys.stderr)
        if got and not verdict.is_right and got.value:
            print(f"{'':42s}wanted {verdict.wanted}", file=sys.stderr)
    result = summary(verdicts)
    if args.words:
        result["words"] = [
            {"from": step.start, "roofed": roof, "read": words[step.start, roof, True] + wrong, "wrong": wrong}
            for step in sureness_steps()
            for roof in (False, True)
            for wrong in (words[step.start, roof, False],)
        ]
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if result["wrong_accepted"] else 0


if __name__ == "__main__":
    sys.exit(main())
