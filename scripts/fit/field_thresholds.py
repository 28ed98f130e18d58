"""Fits how sure a field must be to be accepted without a person, and tells what that is proven to keep.

    python -m scripts.fit.field_thresholds [--corpus CORPUS] [--cache FOLDER] [--count N]

Thresholds are chosen on specimens of some seeds and on real pages, and scored on specimens of other seeds and on each
real document by a threshold chosen without it; pages of one original are one document. Writes
config/reference/field_sureness.toml, the table in docs/review.md and, in docs/pictures, the curve as CSV and SVG.
"""

import argparse
import csv
import os
import sys
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from config.clock import legal_date, system_clock
from ocr.recognize import READ_VERSION
from pipeline.extract import EXTRACT_VERSION
from pipeline.promise import FILE, SCHEMA, Promise, Proof, load_curve
from scripts.bench.accuracy.report import write_between
from scripts.bench.accuracy.truth import CORPUS
from scripts.fit.curve_picture import Line, curve_svg
from scripts.fit.labelled_fields import Labelled, real_fields, specimen_fields
from scripts.fit.promise_page import MARK, PAGE, promise_table
from scripts.fit.thresholds import CONFIDENCE, LEAST_BETWEEN, SHARES, promise_for, steps, upper_bound

FIT_SEEDS = (9801, 9802, 9811, 9812)
HELD_OUT_SEEDS = (9821, 9822, 9823, 9824)
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def main(arguments: list[str] | None = None) -> int:
    """Read, fit, score, and write the data down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--cache", type=Path, help="keep readings and fields here")
    parser.add_argument("--count", type=int, default=24, help="specimens of each seed")
    parser.add_argument("--cached-by", help="how the specimens in the cache were read, where not as pages are now")
    chosen = parser.parse_args(arguments)
    real = real_fields(chosen.corpus, chosen.cache)
    fitted = specimen_fields(FIT_SEEDS, chosen.count, chosen.cache)
    held_out = specimen_fields(HELD_OUT_SEEDS, chosen.count, chosen.cache)
    promises = [promise_for(share, fitted, held_out, real) for share in SHARES]
    today = legal_date(system_clock())
    made = f"{chosen.count} documents each" + (f", read by {chosen.cached_by}" if chosen.cached_by else "")
    FILE.write_text(_toml(promises, real, held_out, made, today), "utf-8")
    _write_curve(real, held_out)
    load_curve.cache_clear()
    write_between(MARK, promise_table(load_curve()), PICTURES.parent / PAGE)
    for promise in promises:
        print(f"{promise.wrong_share:.3%} wrong: from {promise.threshold:.2f} on; real {_told(promise.real)};", end=" ")
        print(f"specimens {_told(promise.specimens)}")
    for field in (field for some in (real, fitted, held_out) for field in some.fields if not field.is_right):
        print(f"wrong: {field.document} {field.name} {field.probability:.3f}", file=sys.stderr)
    return 0


def _told(proof: Proof) -> str:
    return f"{proof.accepted} of {proof.fields}, {proof.wrong} wrong, at most {proof.upper:.2%}"


def _toml(promises: list[Promise], real: Labelled, held_out: Labelled, made: str, today: date) -> str:
    """Give the file: where the figures come from, each promise with its proof, and the curve they are chosen on."""
    documents = len({field.document for field in real.fields})
    source = (
        f"Fitted {today.isoformat()} by `python -m scripts.fit.field_thresholds`, reading {READ_VERSION},"
        f" extraction {EXTRACT_VERSION}; not edited by hand."
    )
    specimens = (
        f"Chosen on specimens of seeds {_listed(FIT_SEEDS)} and on real pages; `specimens`: scored on seeds"
        f" {_listed(HELD_OUT_SEEDS)}, {made}."
    )
    lines = [
        "# How sure a field must be to be accepted without a person, by the share of wrong values that is promised.",
        f"# {source}",
        f"# {specimens}",
        f"# `real`: scored on {documents} documents of the corpus that have fields, each left out in turn.",
        "# `fields`: all they have; `upper`: upper bound of the share of wrong ones (Clopper-Pearson, one-sided).",
        f"# A step lower is taken only where {LEAST_BETWEEN} fields were counted in between.",
        f"schema = {SCHEMA}",
        f"confidence = {CONFIDENCE}",
        "",
        "# The curve: fields at least so sure that are accepted, and how many of them are wrong.",
        "steps = [",
        *(
            f"  {{ from = {seen.start}, real = [{seen.accepted}, {seen.wrong}],"
            f" specimens = [{made.accepted}, {made.wrong}] }},"
            for seen, made in zip(steps(real.fields), steps(held_out.fields), strict=True)
        ),
        "]",
    ]
    for promise in promises:
        lines += [
            "",
            "[[promise]]",
            f"wrong_share = {promise.wrong_share}",
            f"threshold = {promise.threshold}",
            f"real = {_table(promise.real)}",
            f"specimens = {_table(promise.specimens)}",
        ]
    return "\n".join(lines) + "\n"


def _table(proof: Proof) -> str:
    parts = f"fields = {proof.fields}, accepted = {proof.accepted}, wrong = {proof.wrong}, upper = {proof.upper:.6f}"
    return f"{{ {parts} }}"


def _listed(seeds: tuple[int, ...]) -> str:
    return " and ".join(map(str, seeds))


def _write_curve(real: Labelled, held_out: Labelled) -> None:
    """Write share accepted against share wrong, with its upper bound, as a table and as a picture."""
    lines = []
    with (PICTURES / "field_curve.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["population", "from", "fields", "accepted", "wrong", "share_accepted", "share_wrong", "upper"])
        for name, labelled in (("real", real), ("specimens", held_out)):
            found = [step for step in steps(labelled.fields) if step.accepted]
            bounds = [upper_bound(step.wrong, step.accepted) for step in found]
            for step, bound in zip(found, bounds, strict=True):
                shares = (step.accepted / labelled.all, step.wrong / step.accepted, bound)
                counted = (labelled.all, step.accepted, step.wrong)
                writer.writerow([name, step.start, *counted, *(f"{share:.4f}" for share in shares)])
            accepted = [step.accepted / labelled.all for step in found]
            wrong = [step.wrong / step.accepted for step in found]
            lines.append(Line(name, tuple(zip(accepted, wrong, bounds, strict=True))))
    (PICTURES / "field_curve.svg").write_text(curve_svg(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
