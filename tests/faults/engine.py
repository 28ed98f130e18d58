"""A wrapper of the engine protocol that now and then does not read but hangs, dies, eats memory or talks rubbish."""

import math
import os
import random
import signal
import time
from collections.abc import Sequence
from threading import Lock

from config.errors import ToolFailedError
from ocr.engines import Engine, EngineWord, Layout
from ocr.images import Image
from ocr.second import LineReader
from tests.faults.scenario import Harm

POISONED_DPI = 250
"""By its resolution the page is known that kills whoever reads it."""
_HANG_S = 3600.0
_TOO_MUCH = 1 << 50


class FaultyEngine:
    """An engine whose readings fail by a seeded chance; everything else is the real one's."""

    def __init__(self, real: Engine, harm: Harm | None, share: float, seed: int, *, is_poisoned: bool) -> None:
        self._real, self._harm, self._share, self._is_poisoned = real, harm, share, is_poisoned
        self._chance, self._lock = random.Random(seed), Lock()

    @property
    def name(self) -> str:
        return self._real.name

    @property
    def version(self) -> str:
        return self._real.version

    @property
    def model(self) -> str:
        return self._real.model

    @property
    def second(self) -> LineReader | None:
        return self._real.second

    @property
    def identity(self) -> str:
        return self._real.identity

    def read(self, images: Sequence[Image], dpi: float, layout: Layout) -> list[list[EngineWord]]:
        if self._is_poisoned and round(dpi) == POISONED_DPI:
            os.kill(os.getpid(), signal.SIGSEGV)
        with self._lock:
            is_hit = self._harm is not None and self._chance.random() < self._share
        if not is_hit:
            return self._real.read(images, dpi, layout)
        if self._harm is Harm.RUBBISH:
            return [self._rubbish(image) for image in images]
        return self._fail()

    def _fail(self) -> list[list[EngineWord]]:
        if self._harm is Harm.CRASH:
            os.kill(os.getpid(), signal.SIGSEGV)
        if self._harm is Harm.HANG:
            time.sleep(_HANG_S)
        if self._harm is Harm.MEMORY:
            bytearray(_TOO_MUCH)
        raise ToolFailedError(tool=self.name, file="-", cause="crashed")

    def _rubbish(self, image: Image) -> list[EngineWord]:
        """Give words that no engine should: control characters, half characters, boxes that are none."""
        height, width = image.shape
        texts = ("\x00\x01", "\ud800", "", " ", "a" * 5_000, "\u202eabc", "Số", "\ufffd" * 40, "12/TB-UBND")
        sides = (-5.0, 0.0, 1.0, width / 2, width, width * 10.0, float(height), math.nan, math.inf)
        pick = self._chance.choice
        return [
            EngineWord(
                pick(texts),
                pick((-1.0, 0.0, 0.5, 2.0, math.nan)),
                pick(sides),
                pick(sides),
                pick(sides),
                pick(sides),
                0,
                0,
            )
            for _ in range(self._chance.choice((0, 1, 60)))
        ]
