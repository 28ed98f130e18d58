"""The figures as tables, and the tables into the page that keeps them."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from scripts.bench.accuracy.calibration import calibration
from scripts.bench.accuracy.corpus import PageFigures
from scripts.bench.accuracy.fields import Verdict, count
from scripts.bench.accuracy.specimens import TIERS, SpecimenFigures
from scripts.bench.accuracy.text_score import TextScore, total

PAGE = Path(__file__).parents[3] / "docs" / "benchmarks.md"
_LAW_CER = 2.0
"""CV 7197: 98 % of characters right."""

Rows = list[list[str]]


def corpus_table(figures: Sequence[PageFigures]) -> str:
    """Give the corpus page by page: characters wrong beside stock, words wrong, extra text, fields."""
    heads = "page|stock Tesseract|stock OCRmyPDF|chain|words wrong|extra|beyond|fields right|wrong|to a person"
    rows = [_page_row(one.page, [one]) for one in figures]
    return table(heads, [*rows, _page_row("**all**", figures)])


def corpus_summary(figures: Sequence[PageFigures]) -> str:
    """Give what the corpus comes to in sentences: worst page, law's floor, fields, probabilities, CPU."""
    worst = max(figures, key=lambda one: one.chain.cer)
    over = [one.page for one in figures if one.chain.cer > _LAW_CER]
    fields = count(_verdicts(figures))
    judged = calibration([word for one in figures for word in one.words])
    plain, reading, everything = (
        sum(getattr(one.cost, name) for one in figures) / len(figures) for name in ("plain_s", "reading_s", "all_s")
    )
    told = [
        f"Worst page: {worst.page}, {worst.chain.cer:.2f} %; pages under the law's 98 %: {', '.join(over) or 'none'}.",
        (
            f"Fields that are printed: {fields.printed_right} of {fields.printed} accepted and right"
            f" ({_percent(fields.printed_right, fields.printed)} %)."
        ),
        f"Of all fields {fields.wrong} were accepted and wrong, {fields.asked} sent to a person.",
        (
            f"Probability of a printed word: expected calibration error {100 * judged.ece:.2f} %,"
            f" Brier {judged.brier:.4f} ({judged.words} words, {judged.wrong} wrong)."
        ),
        (
            f"CPU a page: one plain pass of the engine over the grey page {plain:.2f} s;"
            f" measuring, preparing and reading {reading:.2f} s (**{reading / plain:.2f} ×**);"
            f" with the PDF {everything:.2f} s ({everything / plain:.2f} ×)."
        ),
    ]
    return "\n".join(f"- {sentence}" for sentence in told)


def specimen_table(figures: Sequence[SpecimenFigures]) -> str:
    """Give the specimens by wear: characters wrong beside stock, worst page, words, extra, fields, probabilities."""
    heads = (
        "wear|documents|pages|stock Tesseract|stock OCRmyPDF|reading|worst page|words wrong|beyond"
        "|fields right|wrong|to a person|ask nobody|ECE|Brier"
    )
    tiers = [(tier, [one for one in figures if one.tier == tier]) for tier in TIERS]
    rows = [_tier_row(tier, some) for tier, some in tiers if some]
    return table(heads, [*rows, _tier_row("**all**", figures)])


def write_between(name: str, text: str, page: Path = PAGE) -> None:
    """Put a text between the marks of a name in a page. Raise ValueError when the page has no such marks."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.read_text("utf-8").partition(start)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise ValueError(f"{page}: no {start} … {end}")
    page.write_text(f"{before}{start}\n\n{text.strip()}\n\n{end}{after}", "utf-8")


def _page_row(name: str, figures: Sequence[PageFigures]) -> list[str]:
    ours = total(one.chain for one in figures)
    fields = count(_verdicts(figures))
    return [
        name,
        _cer(figures, lambda one: one.tesseract),
        _cer(figures, lambda one: one.ocrmypdf),
        f"{ours.cer:.2f}",
        f"{ours.wer:.2f}",
        _percent(ours.extra, ours.chars, 2),
        _percent(ours.beyond, ours.chars, 2),
        str(fields.right),
        str(fields.wrong),
        str(fields.asked),
    ]


def _tier_row(name: str, figures: Sequence[SpecimenFigures]) -> list[str]:
    pages = list(chain.from_iterable(one.pages for one in figures))
    ours = total(pages)
    plain = total(chain.from_iterable(one.tesseract for one in figures))
    layered = total(chain.from_iterable(one.ocrmypdf for one in figures))
    verdicts = [verdict for one in figures for verdict in one.verdicts]
    outcomes = [sum(verdict.outcome == outcome for verdict in verdicts) for outcome in ("right", "WRONG", "review")]
    judged = calibration([word for one in figures for word in one.words])
    return [
        name,
        str(len(figures)),
        str(len(pages)),
        f"{plain.cer:.2f}" if plain.chars else "–",
        f"{layered.cer:.2f}" if layered.chars else "–",
        f"{ours.cer:.2f}",
        f"{max(page.cer for page in pages):.2f}",
        f"{ours.wer:.2f}",
        _percent(ours.beyond, ours.chars, 2),
        *map(str, outcomes),
        str(sum(one.asks_nobody for one in figures)),
        f"{100 * judged.ece:.2f} %",
        f"{judged.brier:.4f}",
    ]


def _verdicts(figures: Iterable[PageFigures]) -> list[Verdict]:
    return [verdict for one in figures for verdict in one.verdicts]


def _cer(figures: Sequence[PageFigures], of: Callable[[PageFigures], TextScore]) -> str:
    return f"{total(of(one) for one in figures).cer:.2f}"


def _percent(part: int, whole: int, digits: int = 0) -> str:
    return f"{100 * part / max(1, whole):.{digits}f}"


def table(heads: str, rows: Rows) -> str:
    """Give a table in Markdown; `heads` are parted by `|`."""
    names = heads.split("|")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
