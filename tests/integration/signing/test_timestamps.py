import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp

from config.clock import system_clock
from config.errors import TimestampUnavailableError
from config.settings import SigningSettings
from signing import SealRequest, TrustStore, Verdict, open_sealer, validate
from signing.generated_keys import GeneratedIdentities
from signing.timestamps import HttpTimestamps, LocalTimestamps
from tests.integration.signing.conftest import AGENCY, SIGNED_AT

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
DIGEST = bytes(range(32))


@contextmanager
def _authority(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        server.shutdown()
        server.server_close()


def _reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture(scope="module")
def local(keys: Path) -> LocalTimestamps:
    return LocalTimestamps(GeneratedIdentities(keys).timestamper_identity(), system_clock)


@pytest.fixture
def honest(local: LocalTimestamps) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        asked = tsp.TimeStampReq.load(request)
        _reply(handler, asyncio.run(local.async_request_tsa_response(asked)).dump())

    return answer


def _ask(url: str, timeout_s: float = 5, tries: int = 1, pauses: list[float] | None = None) -> object:
    pause = pauses.append if pauses is not None else (lambda _: None)
    client = HttpTimestamps(url, timeout_s=timeout_s, tries=tries, pause=pause)
    return asyncio.run(client.async_timestamp(DIGEST, "sha256"))


def test_http_authority_gives_a_valid_b_t_seal(
    honest: Answer, keys: Path, page: Path, tmp_path: Path, trust: TrustStore
) -> None:
    with _authority(honest) as url:
        sealer = open_sealer(SigningSettings(level="B-T", timestamp=url), keys, production=False)
        receipt = sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert receipt.level == "B-T"
    (report,) = validate(tmp_path / "out.pdf", trust)
    assert report.verdict is Verdict.VALID
    assert report.timestamp_at == receipt.timestamp_at


def test_closed_port_leaves_the_document_pending(keys: Path, page: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = SigningSettings(
        level="B-T", timestamp=f"http://127.0.0.1:{port}/", timestamp_tries=1, timestamp_timeout_s=2
    )
    sealer = open_sealer(settings, keys, production=False)
    with pytest.raises(TimestampUnavailableError) as caught:
        sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert caught.value.retry_helps
    assert [path.name for path in tmp_path.iterdir()] == ["page.pdf"], "nothing weaker is left behind"


def test_slow_authority_is_given_up(honest: Answer) -> None:
    def slow(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        time.sleep(3)
        honest(handler, request)

    with _authority(slow) as url:
        began = time.monotonic()
        with pytest.raises(TimestampUnavailableError):
            _ask(url, timeout_s=0.3)
        assert time.monotonic() - began < 2.7


@pytest.mark.parametrize("drop", [5, 5000])
def test_dripping_authority_is_given_up(drop: int) -> None:
    def drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            for _number in range(60):
                handler.wfile.write(b"0" * drop)
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    with _authority(drip) as url:
        began = time.monotonic()
        with pytest.raises(TimestampUnavailableError):
            _ask(url, timeout_s=0.5)
        assert time.monotonic() - began < 2


def _closed_address() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/tsa"


def _why_silent(url: str) -> str:
    with pytest.raises(TimestampUnavailableError) as told:
        _ask(url, timeout_s=0.5)
    return str(told.value.details["cause"])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (_closed_address(), "the connection was refused or cut"),
        ("http://tsa.invalid/tsa", "the name of its host is not known"),
        ("tsa.example.vn", "its address is not understood"),
    ],
    ids=["closed port", "unknown host", "no address"],
)
def test_an_authority_that_is_not_reached_is_told_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    assert _why_silent(url) == why


def test_an_authority_that_does_not_answer_in_time_or_without_encryption_is_told_as_such() -> None:
    with _authority(lambda *_: time.sleep(1)) as url:
        assert _why_silent(url) == "no answer in time"
        untrusted = _why_silent(url.replace("http:", "https:"))
    assert untrusted == "its certificate is not trusted, or the connection is not encrypted as it must be"


def test_a_proxy_that_stands_in_the_way_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", _closed_address())
    assert _why_silent("http://tsa.example.vn/tsa") == "the proxy on the way to it does not let us through"


def test_tries_again_with_growing_pauses_and_recovers(honest: Answer) -> None:
    calls: list[int] = []

    def third_time(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        calls.append(1)
        if len(calls) < 3:
            _reply(handler, b"busy", 503)
        else:
            honest(handler, request)

    pauses: list[float] = []
    with _authority(third_time) as url:
        _ask(url, tries=3, pauses=pauses)
    assert pauses == [1.0, 2.0]


def test_gives_up_after_the_last_try() -> None:
    calls: list[int] = []

    def never(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        calls.append(1)
        _reply(handler, b"busy", 503)

    with _authority(never) as url, pytest.raises(TimestampUnavailableError, match="503"):
        _ask(url, tries=3)
    assert len(calls) == 3


@pytest.mark.parametrize(
    "body", [b"", b"<html>Portal</html>", b"0\x03\x02\x01\x00", b"0\x84\xff\xff\xff\xff", b"\x30\x80" * 500]
)
def test_garbage_answers_are_no_timestamps(body: bytes) -> None:
    with _authority(lambda handler, _: _reply(handler, body)) as url, pytest.raises(TimestampUnavailableError):
        _ask(url)


def test_endless_answer_is_cut_off() -> None:
    with (
        _authority(lambda handler, _: _reply(handler, bytes(3 << 20))) as url,
        pytest.raises(TimestampUnavailableError),
    ):
        _ask(url)


def test_refusal_is_told() -> None:
    refusal = bytes.fromhex("30053003020102")
    with (
        _authority(lambda handler, _: _reply(handler, refusal)) as url,
        pytest.raises(TimestampUnavailableError, match="rejection"),
    ):
        _ask(url)


@pytest.mark.parametrize("what", ["nonce", "imprint", "signature"])
def test_token_that_does_not_answer_our_request_is_refused(local: LocalTimestamps, what: str) -> None:
    def lie(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        asked = tsp.TimeStampReq.load(request)
        changed = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": bytes(32) if what == "imprint" else asked["message_imprint"]["hashed_message"],
                },
                "nonce": 7 if what == "nonce" else asked["nonce"],
            }
        )
        answer = asyncio.run(local.async_request_tsa_response(changed))
        raw = answer.dump()
        if what == "signature":
            signature = answer["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native
            raw = raw.replace(signature, bytes(len(signature)))
        _reply(handler, raw)

    with _authority(lie) as url, pytest.raises(TimestampUnavailableError):
        _ask(url)


def test_redirects_are_not_followed(honest: Answer) -> None:
    with _authority(honest) as honest_url:

        def redirect(handler: BaseHTTPRequestHandler, _: bytes) -> None:
            handler.send_response(302)
            handler.send_header("Location", honest_url)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        with _authority(redirect) as url, pytest.raises(TimestampUnavailableError, match="302"):
            _ask(url)


def test_certificate_that_is_not_for_timestamps_is_refused(keys: Path) -> None:
    agency = GeneratedIdentities(keys).identity(AGENCY)
    with pytest.raises(TimestampUnavailableError):
        asyncio.run(LocalTimestamps(agency, system_clock).async_timestamp(DIGEST, "sha256"))


def test_local_time_is_the_injected_clock(keys: Path, page: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    sealer = open_sealer(SigningSettings(level="B-T"), keys, production=False, clock=lambda: now)
    receipt = sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert receipt.timestamp_at == now
