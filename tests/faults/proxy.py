"""A wire of our own before a real server: by a seeded plan it delays, drops, cuts off, resets, or answers itself."""

import random
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

_CHUNK = 1 << 16
_ANSWER = "HTTP/1.1 {status} Fault\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfault"


class Wire(StrEnum):
    """What a wire may do to a message."""

    DELAY = "delay"
    DROP = "drop"
    TRUNCATE = "truncate"
    RESET = "reset"
    STATUS_500 = "answers 500"
    STATUS_503 = "answers 503"


STATUSES = {Wire.STATUS_500: 500, Wire.STATUS_503: 503}


@dataclass(frozen=True, slots=True)
class WirePlan:
    """Which fault meets which share of the messages; `clear` messages pass before the first."""

    fault: Wire
    share: float
    seed: int
    clear: int = 0
    delay_s: float = 0.3
    silent_s: float = 3.0


class Proxy:
    """Relays connections to a port of this machine. A context manager; one address for as long as it stands."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._lock = Lock()
        self._plan: WirePlan | None = None
        self._chance = random.Random(0)
        self._seen = 0
        self.met = 0
        """How many messages a fault has met since it was set."""
        self._ended = Event()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._server.getsockname()[1]

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _err: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.close()

    def set(self, plan: WirePlan | None) -> None:
        with self._lock:
            self._plan, self._seen, self.met = plan, 0, 0
            self._chance = random.Random(plan.seed if plan else 0)

    def _fault(self) -> WirePlan | None:
        """Decide whether this message meets the fault."""
        with self._lock:
            self._seen += 1
            plan = self._plan
            if plan is None or self._seen <= plan.clear or self._chance.random() >= plan.share:
                return None
            self.met += 1
            return plan

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target_port), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        Thread(target=self._relay, args=(client, server, True), daemon=True).start()
        self._relay(server, client, False)

    def _relay(self, source: socket.socket, target: socket.socket, is_question: bool) -> None:
        """Pass on what comes; questions meet delays, silence and foreign answers, answers are cut or reset."""
        try:
            while data := source.recv(_CHUNK):
                plan = self._fault() if is_question or self._cuts() else None
                if plan is not None and not self._passes(plan, source, target, data, is_question=is_question):
                    break
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _cuts(self) -> bool:
        with self._lock:
            return self._plan is not None and self._plan.fault in {Wire.TRUNCATE, Wire.RESET}

    def _passes(
        self, plan: WirePlan, source: socket.socket, target: socket.socket, data: bytes, *, is_question: bool
    ) -> bool:
        """Do to a message what the plan says; tell whether it is still to be passed on."""
        if plan.fault is Wire.DELAY:
            time.sleep(plan.delay_s)
            return True
        if plan.fault is Wire.DROP:
            time.sleep(plan.silent_s)
            return False
        if plan.fault in STATUSES:
            source.sendall(_ANSWER.format(status=STATUSES[plan.fault]).encode())
            return False
        if is_question and plan.fault is Wire.TRUNCATE:
            return True
        if plan.fault is Wire.TRUNCATE:
            target.sendall(data[: len(data) // 2])
            return False
        for end in (source, target):
            # With nothing left to linger for, closing sends a reset.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
