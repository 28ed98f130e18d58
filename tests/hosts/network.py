"""Hosts on a network of their own: a namespace and a wire for each, or a forwarder alone where that is not allowed."""

import os
import random
import shutil
import socket
import subprocess
import threading
import warnings
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Self

_BLOCK = 1 << 16


class Forwarder:
    """Carries connections from an address that a host reaches to a service on this machine."""

    def __init__(self, host: str, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self.flows = threading.Event()
        self.flows.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(_BLOCK):
                self.flows.wait()
                sink.sendall(block)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Host:
    """One host: its name, the namespace it lives in (None: this one), and how it reaches the services."""

    name: str
    namespace: str | None
    wire: str | None
    ports: dict[str, Forwarder] = field(default_factory=dict)
    gateway: str = "127.0.0.1"

    def address_of(self, service: str) -> str:
        """Give where the host finds a service: HOST:PORT."""
        return f"{self.gateway}:{self.ports[service].port}"

    def cut(self) -> None:
        """Cut the host off: what it sends is lost, and it is told nothing."""
        self._turn(on=False)

    def heal(self) -> None:
        self._turn(on=True)

    def _turn(self, *, on: bool) -> None:
        if self.wire is not None:
            _ip("link", "set", self.wire, "up" if on else "down")
            return
        for forwarder in self.ports.values():
            forwarder.flows.set() if on else forwarder.flows.clear()


class Network:
    """Makes hosts, and takes them away at the end of the block."""

    def __init__(self, services: dict[str, int]) -> None:
        self._services = services
        self._stack = ExitStack()
        self.has_namespaces = may_make_namespaces()
        if not self.has_namespaces:
            warnings.warn("HOSTS ARE PROCESSES: this user may make no network namespaces", stacklevel=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def host(self, name: str) -> Host:
        """Make a host that reaches the services and nothing else."""
        made = self._in_namespace(name) if self.has_namespaces else Host(name, None, None)
        for service, port in self._services.items():
            made.ports[service] = forwarder = Forwarder(made.gateway, port)
            self._stack.callback(forwarder.close)
        return made

    def _in_namespace(self, name: str) -> Host:
        tag = f"{random.randrange(16**6):06x}"
        namespace, near, far = f"sohoa-{tag}", f"so{tag}n", f"so{tag}f"
        net = f"10.{random.randrange(200, 250)}.{random.randrange(256)}"
        _ip("netns", "add", namespace)
        self._stack.callback(_ip, "netns", "del", namespace)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", namespace)
        _ip("address", "add", f"{net}.1/30", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", namespace, "address", "add", f"{net}.2/30", "dev", far)
        for link in (far, "lo"):
            _ip("-n", namespace, "link", "set", link, "up")
        return Host(name, namespace, near, gateway=f"{net}.1")


def may_make_namespaces() -> bool:
    """Tell whether this user may make network namespaces."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    tried = f"sohoa-try{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", tried], capture_output=True, check=False).returncode == 0
    if made:
        _ip("netns", "del", tried)
    return made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
