"""What the whole chain costs: beside OCRmyPDF and recognition alone, by workers and documents, and in memory.

    python -m scripts.bench.throughput [others workers growth shares site memory] [--sets colour grey bitonal corpus]
                                       [--documents 20] [--growth 10 100 1000] [--rounds 3] [--memory 2000]
                                       [--corpus CORPUS] [--write]

All goes through intake, reading, assembly, extraction, review, seal at B-LTA, store and count; CPU is user plus system
time of the process and of the programs it ran. `others`: each set beside `ocrmypdf -l vie --output-type pdfa -j 2`
with OMP_THREAD_LIMIT=1, document by document in the same run. `workers`: one beside two. `growth`: small papers, so
many at a time, in a process that is warm. `shares`: the flow under Prefect, and who spends the CPU. `site`: what a
PostgreSQL server and a store have to do for a document. `memory`: what the process holds after each tenth of so many
small papers. With --write the tables go into docs/benchmarks.md.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from config.clock import VIETNAM, system_clock
from scripts.bench.accuracy.report import table, write_between
from scripts.bench.throughput.costs import ChainRun, archival_bytes, run_chain, run_ocrmypdf
from scripts.bench.throughput.documents import AGENCY, SETS, documents_of, fill_inbox, small_papers
from scripts.bench.throughput.shares import DATABASE
from scripts.bench.throughput.site import on_postgresql
from scripts.specimen.model import Colour

_WARM_UP = 2
_WAVES = 10
_FEW, _MANY = 10, 80
_MB = 1 << 20


def main(arguments: list[str]) -> int:
    """Measure the parts that are asked for, print the tables as they come, and write them down if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="all of them if none is named")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/vn-government-scans"))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--documents", type=int, default=20, help="of each set of specimens")
    parser.add_argument("--growth", type=int, nargs="+", default=[10, 100, 1000], help="small papers at a time")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is told")
    parser.add_argument("--memory", type=int, default=2000, help="small papers over which memory is watched")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    for name in chosen.parts or _PARTS:
        load = os.getloadavg()[0]
        with TemporaryDirectory() as folder:
            found = _PARTS[name](Path(folder), chosen)
        day = system_clock().astimezone(VIETNAM).date()
        text = (
            f"{found}\n\n{day}, load of the machine {load:.0f} at the beginning, {os.getloadavg()[0]:.0f} at the end."
        )
        print(text, end="\n\n", flush=True)
        if chosen.write:
            write_between(f"throughput {name}", text)
    return 0


def _others(folder: Path, chosen: argparse.Namespace) -> str:
    heads = (
        "set|pages|chain, CPU s a page|OCRmyPDF|**chain : OCRmyPDF**|recognition alone|**chain : recognition**"
        "|archival PDF : delivered|OCRmyPDF's : delivered|peak MB"
    )
    return table(heads, [_beside_others(name, folder / name, chosen) for name in chosen.sets])


def _beside_others(name: str, folder: Path, chosen: argparse.Namespace) -> list[str]:
    documents = documents_of(name, folder, chosen.documents, chosen.corpus)
    home = folder / "home"
    fill_inbox(home, documents)
    ours = run_chain(home)
    theirs = run_ocrmypdf(documents, folder)
    pages, recognition = sum(wave.pages for wave in ours.waves), ours.recognition_s
    return [
        name,
        str(pages),
        f"{ours.whole.cpu_s / pages:.2f}",
        f"{theirs.cost.cpu_s / pages:.2f}",
        f"**{ours.whole.cpu_s / theirs.cost.cpu_s:.2f}**",
        f"{recognition / pages:.2f}",
        f"**{ours.whole.cpu_s / recognition:.2f}**",
        f"{archival_bytes(home) / theirs.given:.2f}",
        f"{theirs.made / theirs.given:.2f}",
        f"{ours.peak_mb:.0f}",
    ]


def _workers(folder: Path, chosen: argparse.Namespace) -> str:
    documents = documents_of(Colour.GREY, folder, chosen.documents + _WARM_UP, chosen.corpus)
    runs: dict[int, list[ChainRun]] = {1: [], 2: []}
    for number in range(chosen.rounds):
        for workers, told in runs.items():
            home, later = folder / f"home-{number}-{workers}", folder / f"later-{number}-{workers}"
            _prepare(home, later, documents)
            told.append(run_chain(home, later=later, workers=workers))
    rows, each = [], {}
    for workers, told in runs.items():
        waves = [run.waves[0] for run in told]
        each[workers] = median(wave.cpu_s / wave.pages for wave in waves)
        a_minute = median(60 * wave.pages / wave.wall_s for wave in waves)
        rows.append([str(workers), str(waves[0].pages), f"{a_minute:.0f}", f"{each[workers]:.2f}"])
    said = f"CPU a page with one worker : with two = **{each[1] / each[2]:.2f}** (medians of {chosen.rounds})."
    return f"{table('workers|pages|pages a minute|CPU s a page', rows)}\n\n{said}"


def _growth(folder: Path, chosen: argparse.Namespace) -> str:
    papers = small_papers(folder / "papers", max(chosen.growth) + _WARM_UP)
    rows, each = [], []
    for count in chosen.growth:
        waves = []
        for number in range(chosen.rounds):
            home, later = folder / f"home-{count}-{number}", folder / f"later-{count}-{number}"
            _prepare(home, later, papers[: count + _WARM_UP])
            waves.append(run_chain(home, later=later).waves[0])
        each.append(median(wave.cpu_s / wave.documents for wave in waves))
        spread = max(wave.cpu_s for wave in waves) / min(wave.cpu_s for wave in waves)
        rows.append([str(count), f"{each[-1]:.2f}", f"{each[-1] / each[0]:.2f}", f"{spread:.2f}"])
    return table("documents|CPU s a document|beside the fewest|dearest : cheapest round", rows)


def _shares(folder: Path, chosen: argparse.Namespace) -> str:
    documents = documents_of(Colour.GREY, folder, chosen.documents, chosen.corpus)
    runs = {}
    for kind in ("threads alone", "the flow under Prefect"):
        home = folder / kind.replace(" ", "-")
        fill_inbox(home, documents)
        runs[kind] = run_chain(home, prefect=kind != "threads alone", watch=True)
    rows = []
    for kind, run in runs.items():
        seen = sum(seconds for wave in run.waves for seconds in wave.shares.values())
        parts = [f"{owner} {run.share(owner) / seen:.1%}" for owner in run.waves[0].shares]
        rows.append([kind, f"{run.whole.cpu_s:.1f}", f"{run.share(DATABASE) / seen:.1%}", ", ".join(parts)])
    pages = sum(wave.pages for wave in runs["threads alone"].waves)
    started, each = _orchestration(folder)
    said = (
        f"{pages} pages.\n"
        f"Beside threads alone Prefect takes {started:.0f} s of CPU to start twice with a new database, then "
        f"{each:.3f} s a document (small papers, {_FEW} and {_MANY} of them)."
    )
    return f"{table('run|CPU s|database|all shares of the process', rows)}\n\n{said}"


def _orchestration(folder: Path) -> tuple[float, float]:
    """Give the CPU seconds that the flow and its server add to two runs, and to each document in them."""
    papers, added = small_papers(folder / "papers", _MANY), {}
    for count in (_FEW, _MANY):
        spent = {}
        for prefect in (False, True):
            home = folder / f"home-{count}-{prefect}"
            fill_inbox(home, papers[:count])
            spent[prefect] = run_chain(home, prefect=prefect).whole.cpu_s
        added[count] = spent[True] - spent[False]
    each = (added[_MANY] - added[_FEW]) / (_MANY - _FEW)
    return added[_FEW] - _FEW * each, each


def _site(folder: Path, chosen: argparse.Namespace) -> str:
    documents = documents_of(Colour.GREY, folder, chosen.documents, chosen.corpus)
    load, count = on_postgresql(documents, folder), len(documents)
    rows = [
        ["CPU of the chain, s", f"{load.run.whole.cpu_s / count:.2f}"],
        ["CPU of the PostgreSQL server, s", f"{load.server_cpu_s / count:.3f}"],
        ["transactions", f"{load.transactions / count:.0f}"],
        ["write-ahead log, kB", f"{load.log_bytes / count / 1000:.0f}"],
        ["ledger grows by, kB", f"{load.ledger_bytes / count / 1000:.0f}"],
        ["events", f"{load.events / count:.0f}"],
        ["transactions with events", f"{load.event_transactions / count:.1f}"],
        ["objects in the store", f"{load.objects / count:.1f}"],
        ["store grows by, kB", f"{load.object_bytes / count / 1000:.0f}"],
    ]
    said = (
        f"{count} documents; setting up is not counted.\nAsked by eight threads at once, the server does "
        f"{load.most_event_transactions:.0f} transactions with an event a second."
    )
    return f"{table('a document of the grey set|measured', rows)}\n\n{said}"


def _memory(folder: Path, chosen: argparse.Namespace) -> str:
    papers = small_papers(folder / "papers", chosen.memory + _WARM_UP)
    _prepare(folder / "home", folder / "later", papers)
    run = run_chain(folder / "home", later=folder / "later", waves=_WAVES)
    rows, done = [], 0
    for wave in run.waves:
        done += wave.documents
        rows.append([str(done), f"{wave.held_mb:.0f}", f"{wave.cpu_s / wave.documents:.2f}"])
    return f"{table('documents|MB held|CPU s a document', rows)}\n\nAt most {run.peak_mb:.0f} MB were held."


def _prepare(home: Path, later: Path, documents: list[list[Path]]) -> None:
    """Put the first documents into the inbox to warm up on, and the others where they come from later."""
    fill_inbox(home, documents[:_WARM_UP])
    fill_inbox(later.with_suffix(".home"), documents[_WARM_UP:], first=_WARM_UP + 1)
    (later.with_suffix(".home") / "inbox" / AGENCY).rename(later)


_PARTS: dict[str, Callable[[Path, argparse.Namespace], str]] = {
    "others": _others,
    "workers": _workers,
    "growth": _growth,
    "shares": _shares,
    "site": _site,
    "memory": _memory,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
