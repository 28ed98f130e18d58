"""What each lever of reading is worth: pages read with it switched off, and what that does to text and CPU."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.levers import ALL, Levers
from ocr.prepare import PagePlan, plan_page, pulled
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Delivered, deliver, open_delivered
from scripts.bench.accuracy.fields import FieldCount, Verdict, count, judge_read
from scripts.bench.accuracy.reading import LIMITS, timed
from scripts.bench.accuracy.report import table
from scripts.bench.accuracy.text_score import TextScore, score_text, total
from scripts.bench.accuracy.truth import Scorer, TruePage

_ALL, _NONE = "all on", "all off"
_PREPARING = frozenset({"flatten", "lift_seal", "deskew"})


@dataclass(frozen=True, slots=True)
class Pulled:
    """Pages read by some levers: each page's name and text score, the fields, CPU seconds a page of reading alone."""

    name: str
    pages: tuple[TextScore, ...]
    fields: FieldCount
    cpu_s: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A page that is delivered and planned."""

    page: TruePage
    delivered: Delivered
    plan: PagePlan


@dataclass(frozen=True, slots=True)
class _Outcome:
    score: TextScore
    verdicts: tuple[Verdict, ...]
    cpu_s: float


def measure_levers(pages: Sequence[TruePage], scorer: Scorer, *, judged: bool = True) -> list[Pulled]:
    """Read all pages with every lever on, then with each off in turn, then with none; one page at a time.

    A page is not read again without a lever of preparing that its plan has no use for. `judged`: fields are too.
    """
    names = [field.name for field in fields(Levers)]
    ways = {name: replace(ALL, **{name: False}) for name in names}
    engine = open_engine(OcrSettings())

    def outcome(one: _Ready, levers: Levers) -> _Outcome:
        return _outcome(one, levers, engine, scorer, judged=judged)

    with TemporaryDirectory() as folder, ExitStack() as opened:
        ready = [_ready(page, Path(folder) / f"{number}.pdf", opened) for number, page in enumerate(pages)]
        read_page(ready[0].delivered, ready[0].plan, engine)
        base = [outcome(one, ALL) for one in ready]
        rows = [_row(_ALL, pages, base)]
        for name, levers in ways.items():
            idle = [name in _PREPARING and pulled(one.plan, levers) == one.plan for one in ready]
            outcomes = [
                same if is_idle else outcome(one, levers) for one, same, is_idle in zip(ready, base, idle, strict=True)
            ]
            rows.append(_row(name, pages, outcomes))
        none = Levers(**dict.fromkeys(names, False))
        return [*rows, _row(_NONE, pages, [outcome(one, none) for one in ready])]


def ablation_table(ways: Sequence[Pulled]) -> str:
    """Give a row a lever: characters wrong without it, how much worse that is than with all, and on how many pages."""
    heads = (
        "switched off|characters wrong|worse by|worst page|pages worse|pages better|most worse"
        "|beyond|fields right|wrong|CPU s a page|saved"
    )
    base = ways[0]
    has_fields = base.fields.right + base.fields.wrong + base.fields.asked > 0
    rows = []
    for way in ways:
        score = total(way.pages)
        more = [page.errors - same.errors for page, same in zip(way.pages, base.pages, strict=True)]
        rows.append(
            [
                f"`{way.name}`" if way.name not in {_ALL, _NONE} else f"**{_NONE if way.name == _NONE else '–'}**",
                f"{score.cer:.2f}",
                f"{score.cer - total(base.pages).cer:+.2f}",
                f"{max(page.cer for page in way.pages):.2f}",
                str(sum(each > 0 for each in more)),
                str(sum(each < 0 for each in more)),
                _most_worse(way, more),
                f"{100 * score.beyond / max(1, score.chars):.2f}",
                str(way.fields.right) if has_fields else "–",
                str(way.fields.wrong) if has_fields else "–",
                f"{way.cpu_s:.2f}",
                f"{base.cpu_s - way.cpu_s:+.2f}",
            ]
        )
    return table(heads, rows)


def _most_worse(way: Pulled, more: Sequence[int]) -> str:
    """Name the page that the lever helps most, and by how many percent of its characters."""
    place = max(range(len(more)), key=lambda each: more[each])
    if more[place] <= 0 or not way.names:
        return "–"
    return f"{way.names[place]}: {100 * more[place] / max(1, way.pages[place].chars):+.2f}"


def _ready(page: TruePage, delivered_pdf: Path, opened: ExitStack) -> _Ready:
    deliver([page.image], delivered_pdf, LIMITS)
    delivered = opened.enter_context(open_delivered(delivered_pdf))
    return _Ready(page, delivered, plan_page(delivered, 1, measure(delivered, 1)))


def _outcome(ready: _Ready, levers: Levers, engine: Engine, scorer: Scorer, *, judged: bool) -> _Outcome:
    text, spent_s = timed(lambda: read_page(ready.delivered, ready.plan, engine, levers))
    verdicts = judge_read(ready.page, (text,), scorer) if judged else ()
    return _Outcome(score_text(scorer, ready.page, text.text()), tuple(verdicts), spent_s)


def _row(name: str, pages: Sequence[TruePage], outcomes: Sequence[_Outcome]) -> Pulled:
    return Pulled(
        name=name,
        pages=tuple(outcome.score for outcome in outcomes),
        fields=count(verdict for outcome in outcomes for verdict in outcome.verdicts),
        cpu_s=sum(outcome.cpu_s for outcome in outcomes) / len(outcomes),
        names=tuple(page.name for page in pages),
    )
