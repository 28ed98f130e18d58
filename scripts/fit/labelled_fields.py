"""Fields whose truth is known, each with the probability it was given: what thresholds are fitted and scored on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.extract import ExtractContext, extract
from scripts.bench.accuracy.fields import RIGHT, TODAY, WRONG, Verdict, judge
from scripts.bench.accuracy.reading import read_file
from scripts.bench.accuracy.specimens import judge_specimen, read_specimens
from scripts.bench.accuracy.truth import corpus_pages, load_scorer

EVERY_FIELD = 0.0
"""At this threshold every field that no rule speaks against is accepted."""
BOTH = (RIGHT, WRONG)


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A field that no rule speaks against: its document, name, probability, and whether it is right."""

    document: str
    name: str
    probability: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """The fields of one population, and how many there are with those that rules sent to a person."""

    fields: tuple[LabelledField, ...]
    all: int


def real_fields(corpus: Path, cache: Path | None) -> Labelled:
    """Read the corpus, without a register, and give its fields. Pages of one original are one document."""
    scorer, found, count = load_scorer(corpus), list[LabelledField](), 0
    context = ExtractContext(today=TODAY, accept_confidence=EVERY_FIELD)
    for page in corpus_pages(corpus):
        extraction = extract(read_file(page.image, cache), context)
        verdicts = list(judge(page, {field.name: field for field in extraction.fields}, scorer))
        count += sum(verdict.wanted is not None or verdict.outcome in BOTH for verdict in verdicts)
        found += [
            LabelledField(verdict.document, verdict.field, verdict.confidence or 0.0, verdict.outcome == RIGHT)
            for verdict in verdicts
            if verdict.outcome in BOTH
        ]
    return Labelled(tuple(found), count)


def specimen_fields(seeds: Sequence[int], count: int, cache: Path | None) -> Labelled:
    """Render and read specimens of some seeds, and give their fields."""
    rows = [row for seed in seeds for row in _of_seed(seed, count, cache)]
    return Labelled(tuple(field for field in rows if field is not None), len(rows))


def _of_seed(seed: int, count: int, cache: Path | None) -> list[LabelledField | None]:
    """Give the fields of one seed; None for each that rules sent to a person. From the cache where it has them."""
    kept = cache / f"specimens_{seed}_{count}.json" if cache else None
    if kept and kept.exists():
        return [row and LabelledField(**row) for row in json.loads(kept.read_text("utf-8"))]
    with TemporaryDirectory() as folder:
        specimens = read_specimens(Path(folder), seed, count)
        rows = [row for specimen in specimens for row in _rows(specimen.name, judge_specimen(specimen, EVERY_FIELD))]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([row and asdict(row) for row in rows]), "utf-8")
    return rows


def _rows(name: str, verdicts: Iterator[Verdict]) -> Iterator[LabelledField | None]:
    for verdict in verdicts:
        if verdict.outcome in BOTH:
            yield LabelledField(name, verdict.field, verdict.confidence or 0.0, verdict.outcome == RIGHT)
        else:
            yield None
