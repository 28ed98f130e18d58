"""One bounded exchange over HTTP with an authority: timestamps, OCSP answers, lists of revoked certificates."""

import socket
import ssl
import time

import requests
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from config.i18n import gettext
from config.i18n import mark as _

_CHUNK_BYTES = 4096
_SILENCES: dict[type[Exception], str] = {
    requests.exceptions.ProxyError: _("the proxy on the way to it does not let us through"),
    requests.Timeout: _("no answer in time"),
    requests.ConnectionError: _("nothing answers at its address"),
    ReadTimeoutError: _("no answer in time"),
    ProtocolError: _("the connection was refused or cut"),
    requests.exceptions.InvalidSchema: _("its address is not understood"),
    requests.exceptions.MissingSchema: _("its address is not understood"),
    requests.exceptions.InvalidURL: _("its address is not understood"),
}


class NoAnswerError(Exception):
    """An authority gave no full answer; `cause` says why, in words for a person or as the system said it."""

    def __init__(self, cause: object) -> None:
        self.cause = cause
        super().__init__(cause)


def ask(
    url: str, *, timeout_s: float, most_bytes: int, body: bytes | None = None, headers: dict[str, str] | None = None
) -> bytes:
    """Post a request, or get what lies at an address where there is none. Raise NoAnswerError without a full answer."""
    deadline = time.monotonic() + timeout_s
    method = "GET" if body is None else "POST"
    try:
        with requests.request(
            method, url, data=body, headers=headers, timeout=timeout_s, stream=True, allow_redirects=False
        ) as reply:
            if reply.status_code != requests.codes.ok:
                raise NoAnswerError(f"HTTP {reply.status_code}")
            return _read(reply, deadline, timeout_s, most_bytes)
    except (requests.RequestException, HTTPError, OSError) as err:
        raise NoAnswerError(_silence(err)) from err


def _read(reply: requests.Response, deadline: float, timeout_s: float, most_bytes: int) -> bytes:
    content = b""
    # The library's own time-out starts anew with each byte, so a dripping server would hold us for ever; and what
    # waits for a whole chunk comes back as seldom as the server likes.
    while chunk := reply.raw.read1(_CHUNK_BYTES, decode_content=True):
        content += chunk
        if len(content) > most_bytes:
            raise NoAnswerError(gettext("the answer is too long"))
        if time.monotonic() > deadline:
            raise NoAnswerError(gettext("no full answer within {seconds} s").format(seconds=f"{timeout_s:g}"))
    return content


def _silence(err: Exception) -> object:
    """Give why an authority is silent: what the system said beneath the library, or what the library calls it."""
    is_proxys = isinstance(err, requests.exceptions.ProxyError)
    beneath: BaseException | None = None if is_proxys else err
    while beneath is not None:
        if isinstance(beneath, socket.gaierror | ssl.SSLError | ConnectionError):
            return beneath
        beneath = beneath.__cause__ or beneath.__context__
    return next((words for kind, words in _SILENCES.items() if isinstance(err, kind)), err)
