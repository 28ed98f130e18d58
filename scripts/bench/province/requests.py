"""What is timed as a browser sees it: pages asked for over HTTP of the served page, by somebody signed in."""

import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from statistics import median
from urllib.parse import urlencode

import uvicorn

from pipeline.accounts import AccountRole, NewUser, add_user
from pipeline.context import Context
from scripts.bench.province.looks import Timed, timed
from web.app import create_app

_HOST = "127.0.0.1"
_LINKED = re.compile(r'href="(/(?:lists|units|figures)[^"]*)"')
_LISTS = re.compile(r'href="(/lists/[^"]*)"')


class Visitor:
    """One browser: keeps cookies, and has its form's token from the page it is on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """Give a page. Raise SystemExit when it is refused."""
        status, text = self._ask("GET", path, None)
        if status != 200:
            raise SystemExit(f"{path}: HTTP {status}")
        return text

    def sign_in(self, login: str, password: str) -> None:
        """Sign in with a password."""
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get("/sign-in"))
        form = {"login": login, "password": password, "form_token": found[1] if found else ""}
        status, _text = self._ask("POST", "/sign-in", urlencode(form))
        if status != 303:
            raise SystemExit(f"signing in: HTTP {status}")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = HTTPConnection(_HOST, self._port)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{_HOST}:{self._port}",
            }
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        connection.close()
        return answer.status, text


def requests(ctx: Context) -> Iterator[Timed]:
    """Time the overview, each list it links to, the page of one unit, and lists of documents, over HTTP."""
    login, password = f"bench{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    add_user(ctx, NewUser(login, AccountRole.AUDITOR, password))
    with _served(ctx) as port:
        visitor = Visitor(port)
        visitor.sign_in(login, password)
        start = time.perf_counter()
        overview = visitor.get("/")
        first = time.perf_counter() - start
        yield Timed("HTTP, overview, first of all", first, first)
        yield timed("HTTP, overview", lambda: visitor.get("/"), 9)
        yield _each(visitor, "lists linked from the overview", _links(overview, _LISTS))
        units = visitor.get("/units")
        yield timed("HTTP, units", lambda: visitor.get("/units"), 3)
        pages = [path for path in _links(units, _LINKED) if re.fullmatch(r"/units/[^/?]+", path)]
        yield _each(visitor, "units' pages", pages[:: max(1, len(pages) // 10)])
        of_units = [path for page in pages[:3] for path in _links(visitor.get(page), _LISTS)]
        yield _each(visitor, "lists linked from three units", of_units[:: max(1, len(of_units) // 20)])


def _each(visitor: Visitor, name: str, paths: list[str]) -> Timed:
    took = []
    for path in paths:
        start = time.perf_counter()
        visitor.get(path)
        took.append(time.perf_counter() - start)
    return Timed(f"HTTP, {name} ({len(paths)})", median(took or [0.0]), max(took or [0.0]))


def _links(page: str, which: re.Pattern[str]) -> list[str]:
    """Give the addresses of pages, workbooks apart: these are written whole."""
    found = dict.fromkeys(path.replace("&amp;", "&") for path in which.findall(page))
    return [path for path in found if ".xlsx" not in path]


@contextmanager
def _served(ctx: Context) -> Iterator[int]:
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port = int(free.getsockname()[1])
    config = uvicorn.Config(create_app(ctx), host=_HOST, port=port, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        if not thread.is_alive():
            raise SystemExit("the page could not be served")
    yield port
    server.should_exit = True
    thread.join()
