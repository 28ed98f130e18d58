"""A province's public key infrastructure for tests: root, issuing authority, timestamps, OCSP and CRL over real HTTP.

The names are fictional and bear no TEST mark, so that production ledgers can be tried too. Certificates can be revoked,
the clock of all services can be moved, and each service can be made slow, rude or silent while others work.
"""

import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
from asn1crypto import crl, x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture, ServiceLabel
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from werkzeug.serving import WSGIRequestHandler, make_server

AGENCY = "Ủy ban nhân dân xã Cát Ngạn"
OTHER_AGENCY = "Ủy ban nhân dân xã Hồng Lam"
PASSWORD = "mat-khau-thu"
_ARCH = ArchLabel("province")
_SERVICES = {"tsa": "/tsa/", "ocsp": "/ocsp/", "crl": "/crls/"}


@dataclass
class Fault:
    """What a service does instead of answering well."""

    delay_s: float = 0.0
    status: int = 0
    body: bytes | None = None
    hangs_up: bool = False


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate: who, what kind of key, from when to when, and what the key may be used for."""

    name: str
    begin: str = "2020-01-01"
    end: str = "2060-01-01"
    key: str = "rsa"
    issuer: str = "ca"
    usage: tuple[str, ...] = ("digital_signature", "non_repudiation")
    purpose: str = ""
    is_authority: bool = False
    digest: str = "sha256"


HOLDERS = {
    "root": Holder("Gốc chứng thực tỉnh giả định", "2010-01-01", "2080-01-01", issuer="root", is_authority=True),
    "ca": Holder("Chứng thực số tỉnh giả định", "2015-01-01", "2070-01-01", issuer="root", is_authority=True),
    "tsa": Holder("Dấu thời gian tỉnh giả định", purpose="time_stamping"),
    "ocsp": Holder("Trả lời trạng thái chứng thư giả định", purpose="ocsp_signing"),
    "agency": Holder(AGENCY),
    "agency-ec": Holder(AGENCY, key="ec"),
    "other": Holder(OTHER_AGENCY),
    "expired": Holder(AGENCY, "2020-01-01", "2024-01-01"),
    "encipher": Holder(AGENCY, usage=("key_encipherment",)),
    "operator": Holder("Nguyễn Văn Thử"),
}


@dataclass
class Pki:
    """The running services; `now` is what their clock says, None the real time."""

    folder: Path
    url: str
    holders: dict[str, Holder]
    revoked: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    dies_after: dict[str, int] = field(default_factory=dict)
    now: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._build()

    @property
    def tsa_url(self) -> str:
        return self.tsa_url_of("tsa")

    def tsa_url_of(self, label: str) -> str:
        """Give the address of one of several timestamp authorities."""
        return f"{self.url}/{_ARCH}/tsa/{label}"

    def certificate(self, label: str) -> x509.Certificate:
        return self.architecture.get_cert(CertLabel(label))

    def pkcs12(self, label: str) -> Path:
        """Write key, certificate and chain of somebody into a file and give it; its password is PASSWORD."""
        path = self.folder / f"{label}.p12"
        path.write_bytes(self.architecture.package_pkcs12(CertLabel(label), password=PASSWORD.encode()))
        return path

    def crl(self, label: str, at: datetime) -> crl.CertificateList:
        """Give the list that an authority had out at an instant."""
        found: crl.CertificateList = self.architecture.service_registry.get_crl(ServiceLabel(label), at)
        return found

    def key_pem(self, label: str) -> bytes:
        return (self.folder / f"{label}.key.pem").read_bytes()

    def trust_folder(self) -> Path:
        """Give a folder that holds the root alone, as an installation's `trust`."""
        folder = self.folder / "trust"
        folder.mkdir(exist_ok=True)
        (folder / "root.crt").write_bytes(self.certificate("root").dump())
        return folder

    def revoke(self, label: str, since: datetime, reason: str = "key_compromise") -> None:
        self.revoked[label] = (since.isoformat(), reason)
        self._build()

    def add(self, **holders: Holder) -> None:
        """Issue certificates to further people."""
        self.holders |= holders
        self._build()

    def move_to(self, url: str) -> None:
        """Let the services be known under another address, as that of a wire before them."""
        self.url = url
        self._build()

    def as_new(self) -> None:
        """Forget faults, revocations, counts and the set clock."""
        for counts in (self.faults, self.asked, self.most_at_once, self.dies_after):
            counts.clear()
        self.now = None
        if self.revoked:
            self.revoked.clear()
            self._build()

    def _build(self) -> None:
        for label, holder in self.holders.items():
            _write_key(self.folder / f"{label}.key.pem", holder.key)
        config = CertomancerConfig(
            _config(self.url, self.holders, self.revoked), key_search_dir=str(self.folder), config_search_dir=None
        )
        self.architecture: PKIArchitecture = config.get_pki_arch(_ARCH)
        self.animator = Animator(
            AnimatorArchStore({_ARCH: self.architecture}), with_web_ui=False, allow_time_override=False
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        service = next((name for name, part in _SERVICES.items() if part in environ["PATH_INFO"]), "other")
        with self._lock:
            self.asked[service] += 1
            self.at_once[service] += 1
            self.most_at_once[service] = max(self.most_at_once[service], self.at_once[service])
        try:
            return self._answer(service, environ, start_response)
        finally:
            with self._lock:
                self.at_once[service] -= 1

    def _answer(self, service: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_dead = self.asked[service] > self.dies_after.get(service, self.asked[service])
        fault = Fault(hangs_up=True) if is_dead else self.faults.get(service, Fault())
        time.sleep(fault.delay_s)
        if fault.hangs_up:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        if fault.status or fault.body is not None:
            start_response(f"{fault.status or 200} Fault", [("Content-Type", "application/octet-stream")])
            return [fault.body or b""]
        self.animator.fixed_time = self.now or datetime.now(UTC)
        answer: Iterable[bytes] = self.animator(environ, start_response)
        return answer


@contextmanager
def running_pki(folder: Path, holders: dict[str, Holder] | None = None) -> Iterator[Pki]:
    """Start the services on a free port; they stop with the block."""
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
    pki = Pki(folder, f"http://127.0.0.1:{server.server_port}", dict(holders or HOLDERS))
    server.app = pki
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield pki
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object, **_named: object) -> None:
        pass


def _not_yet(_environ: object, _start_response: object) -> Iterable[bytes]:
    raise AssertionError("nothing is asked before all is set up")


def _write_key(path: Path, kind: str) -> None:
    if path.exists():
        return
    bits = 3072 if kind == "rsa-3072" else 2048
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, bits)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _config(url: str, holders: dict[str, Holder], revoked: dict[str, tuple[str, str]]) -> dict[str, Any]:
    authorities = [label for label, holder in holders.items() if holder.is_authority]
    return {
        "external-url-prefix": url,
        "keysets": {str(_ARCH): {"keys": {label: {"path": f"{label}.key.pem"} for label in holders}}},
        "pki-architectures": {
            str(_ARCH): {
                "keyset": str(_ARCH),
                "entity-defaults": {"country-name": "VN"},
                "entities": {
                    label: {"organization-name": holder.name, "common-name": holder.name}
                    for label, holder in holders.items()
                },
                "certs": {label: _certificate(label, holder, revoked.get(label)) for label, holder in holders.items()},
                "services": {
                    "ocsp": {"ca": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"}},
                    "crl-repo": {
                        label: {
                            "for-issuer": label,
                            "signing-key": label,
                            "issuer-cert": label,
                            "simulated-update-schedule": "PT1H",
                        }
                        for label in authorities
                    },
                    "time-stamping": {
                        label: {"signing-key": label, "signing-cert": label}
                        for label, holder in holders.items()
                        if holder.purpose == "time_stamping"
                    },
                },
            }
        },
    }


def _certificate(label: str, holder: Holder, revoked: tuple[str, str] | None) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "subject": label,
        "issuer": holder.issuer,
        "authority-key": holder.issuer,
        "digest-algo": holder.digest,
        "validity": {"valid-from": f"{holder.begin}T00:00:00+0000", "valid-to": f"{holder.end}T00:00:00+0000"},
    }
    if revoked:
        spec["revocation"] = {"revoked-since": revoked[0], "reason": revoked[1]}
    if holder.is_authority:
        sources = {"crl-repo": label} | ({"ocsp-service": "ca"} if label == "ca" else {})
        return spec | {"profiles": [{"id": "simple-ca", "params": sources}]}
    spec["extensions"] = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(holder.usage)}}
    ]
    if holder.purpose:
        spec["extensions"].append({"id": "extended_key_usage", "critical": True, "value": [holder.purpose]})
    if holder.purpose == "ocsp_signing":
        spec["extensions"].append({"id": "ocsp_no_check"})
    return spec


@pytest.fixture(scope="session")
def pki_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture
def pki(pki_of_session: Pki) -> Iterator[Pki]:
    """The province's services, working well, with nobody revoked and the real time on their clock."""
    pki_of_session.as_new()
    yield pki_of_session
    pki_of_session.as_new()
