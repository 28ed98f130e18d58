"""The promise as a table in the manual, made from the data that decide."""

import csv
from pathlib import Path

from pipeline.promise import NEVER, Curve, Proof, fields_needed
from scripts.bench.accuracy.report import table

PAGE = "review.md"
MARK = "the promise"
CURVE = Path(__file__).parents[2] / "docs" / "pictures" / "field_curve.csv"


def promise_table(curve: Curve) -> str:
    """Give each share that can be set, the threshold it needs, and what is proven for it."""
    heads = "`review.wrong_share`|a field must be|real pages: accepted|wrong|proven at most|needed to prove it"
    heads += "|specimens: accepted|wrong|at most"
    rows = [
        [
            f"{promise.wrong_share:g}",
            "never" if promise.threshold >= NEVER else f"{promise.threshold:.2f}",
            *_cells(promise.real),
            str(fields_needed(promise.wrong_share, curve.confidence)),
            *_cells(promise.specimens),
        ]
        for promise in curve.promises
    ]
    return table(heads, rows)


def curve_table(steps: Path = CURVE) -> str:
    """Give share accepted against share of wrong ones by how sure a field must be, for each population."""
    with steps.open(encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source)
    return table("|".join(header), rows)


def _cells(proof: Proof) -> list[str]:
    return [f"{proof.accepted} of {proof.fields}", str(proof.wrong), f"{100 * proof.upper:.2f} %"]
