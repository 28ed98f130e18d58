"""Seals in a process of their own: what one costs, how many an hour under a slow authority, and what memory holds."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pikepdf
import pikepdf.pdfa

from config.clock import system_clock
from config.settings import SigningSettings
from scripts.bench.agency import AGENCY_NAME
from scripts.bench.signing.authorities import Authorities
from scripts.bench.signing.keys import Key
from signing import Sealer, SealRequest, appearance_font, load_trust, open_sealer
from signing.seal_level import Level

AT_ONCE = 4
TOKENS_A_SEAL = 2
"""Timestamps that a seal of B-LTA waits for, one after the other."""
_A4_PT = (595.28, 841.89)
_PAGES = 3
_HOUR_S = 3600.0
_KIB = 1024

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Rate:
    """Seals by one thread: how many a second of the clock, and milliseconds of our own CPU for each."""

    a_second: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Rates:
    """One kind of key at one level: as the program seals, with the font cut anew, with revocation asked about anew."""

    kept: Rate
    font_anew: Rate
    asked_anew: Rate | None
    """None where the level asks about nothing."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """Seals by four threads: seconds that one takes beyond its waiting, and how many an hour were made."""

    beside_s: float
    an_hour: float

    def at(self, wait_s: float) -> float:
        """Give how many an hour it comes to when each timestamp takes so long."""
        return AT_ONCE * _HOUR_S / (TOKENS_A_SEAL * wait_s + self.beside_s)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes that the process holds after a tenth of the seals and after all."""

    early_mb: float
    late_mb: float


def in_a_process(work: Callable[..., Given], *details: object) -> Given:
    """Run a measurement in a fresh process, so that nothing that was done before counts with it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *details).result()


def rates(key: Key, authorities: Authorities, levels: Sequence[str], count: int) -> dict[str, Rates]:
    """Give the rates of one key by level."""
    with TemporaryDirectory() as folder:
        return {level: _rates(Path(folder), key, authorities, level, count) for level in levels}


def _rates(folder: Path, key: Key, authorities: Authorities, level: str, count: int) -> Rates:
    """Seal one after the other: as the program does, and with the font or what is known of revocation made anew."""
    bench = _Bench(folder, key, authorities, level=level)
    kept = _rate(bench, count)
    font_anew = _rate(bench, count, prepare=appearance_font._cut.cache_clear)
    if not Level(level).has(Level.B_LT):
        return Rates(kept, font_anew, None)
    asking = _Bench(folder, key, authorities, level=level, revocation_keep_minutes=0)
    return Rates(kept, font_anew, _rate(asking, count))


def _rate(bench: "_Bench", count: int, prepare: Callable[[], object] = lambda: None) -> Rate:
    bench.seal(0)  # it asks about revocation, cuts the font and logs in
    began, worked = time.perf_counter(), time.process_time()
    for number in range(1, count + 1):
        prepare()
        bench.seal(number)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return Rate(count / took, worked / count * 1000)


def throughput(key: Key, authorities: Authorities, wait_s: float, each: int) -> Throughput:
    """Seal at B-LTA in four threads, so many documents each, with an authority that answers after so many seconds."""
    with TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), key, authorities, wait_s=wait_s)
        bench.sealer.ensure_not_revoked(AGENCY_NAME)
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(bench.seal, range(AT_ONCE * each)))
        took = time.perf_counter() - began
    return Throughput(took / each - TOKENS_A_SEAL * wait_s, AT_ONCE * each / took * _HOUR_S)


def memory(key: Key, authorities: Authorities, count: int) -> Memory:
    """Seal at B-LTA so often, and look at the memory that the process holds on the way."""
    held = {}
    with TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), key, authorities)
        for number in range(1, count + 1):
            bench.seal(number)
            if number in {max(1, count // 10), count}:
                held[number] = _resident_mb()
    return Memory(held[min(held)], held[max(held)])


class _Bench:
    """A sealer with its settings, and a document of three pages that it seals again and again."""

    def __init__(self, folder: Path, key: Key, authorities: Authorities, wait_s: float = 0.0, **more: object) -> None:
        chosen = {**key, "timestamp": authorities.timestamps(wait_s), "timestamps_at_once": AT_ONCE, **more}
        trust = load_trust(folder / "keys", authorities.trust)
        settings = SigningSettings.model_validate(chosen)
        self.sealer: Sealer = open_sealer(settings, folder / "keys", production=False, trust=lambda: trust)
        self._folder = folder
        self._document = folder / "document.pdf"
        with pikepdf.new() as pdf:
            for _ in range(_PAGES):
                pdf.add_blank_page(page_size=_A4_PT)
            pikepdf.pdfa.save(pdf, self._document, "2b")

    def seal(self, number: int) -> None:
        """Seal a copy, which is then thrown away."""
        out = self._folder / f"{number}.pdf"
        self.sealer.seal(SealRequest(self._document, out, "SAO Y", AGENCY_NAME, system_clock()))
        out.unlink()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / _KIB / _KIB
