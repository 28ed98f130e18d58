"""What each lever of reading is worth: the corpus read with it switched off, and what that does to text and CPU."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.levers import ALL, Levers
from scripts.bench.accuracy.fields import FieldCount, count, judge_read
from scripts.bench.accuracy.reading import read_files, timed
from scripts.bench.accuracy.report import table
from scripts.bench.accuracy.text_score import TextScore, score_text, total
from scripts.bench.accuracy.truth import Scorer, TruePage

_ALL, _NONE = "all on", "all off"


@dataclass(frozen=True, slots=True)
class Pulled:
    """The corpus by some levers: each page's text score, the fields, CPU seconds a page."""

    name: str
    pages: tuple[TextScore, ...]
    fields: FieldCount
    cpu_s: float


def measure_levers(pages: Sequence[TruePage], scorer: Scorer) -> list[Pulled]:
    """Read all pages with every lever on, then with each off in turn, then with none; one page at a time."""
    names = [field.name for field in fields(Levers)]
    ways = {_ALL: ALL, **{name: replace(ALL, **{name: False}) for name in names}}
    ways[_NONE] = Levers(**dict.fromkeys(names, False))
    engine = open_engine(OcrSettings())
    read_files([pages[0].image], engine)
    return [_pulled(name, levers, pages, scorer, engine) for name, levers in ways.items()]


def ablation_table(ways: Sequence[Pulled]) -> str:
    """Give a row a lever: characters wrong without it, and how much worse that is than with all of them."""
    heads = "switched off|characters wrong|worse by|worst page|beyond|fields right|wrong|CPU s a page|saved"
    base = ways[0]
    rows = []
    for way in ways:
        score = total(way.pages)
        rows.append(
            [
                f"`{way.name}`" if way.name not in {_ALL, _NONE} else f"**{_NONE if way.name == _NONE else '–'}**",
                f"{score.cer:.2f}",
                f"{score.cer - total(base.pages).cer:+.2f}",
                f"{max(page.cer for page in way.pages):.2f}",
                f"{100 * score.beyond / max(1, score.chars):.2f}",
                str(way.fields.right),
                str(way.fields.wrong),
                f"{way.cpu_s:.2f}",
                f"{base.cpu_s - way.cpu_s:+.2f}",
            ]
        )
    return table(heads, rows)


def _pulled(name: str, levers: Levers, pages: Sequence[TruePage], scorer: Scorer, engine: Engine) -> Pulled:
    scores, verdicts, cpu_s = [], [], 0.0
    for page in pages:
        texts, spent_s = timed(lambda page=page: read_files([page.image], engine, levers))  # type: ignore[misc]
        cpu_s += spent_s
        scores.append(score_text(scorer, page, texts[0].text()))
        verdicts += judge_read(page, texts, scorer)
    return Pulled(name, tuple(scores), count(verdicts), cpu_s / len(pages))
