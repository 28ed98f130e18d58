"""Issuing authority, timestamps, OCSP and lists of revoked certificates in a process of its own.

    python -m scripts.bench.signing.authorities FOLDER

So what they cost is not counted with what is measured. Keys, PKCS#12 files and the root go into the folder; the address
of the services is printed as one line. They stop when their standard input is closed. An address of the timestamp
authority that ends in `?wait=SECONDS` answers that much later.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from werkzeug.serving import WSGIRequestHandler, make_server

from scripts.bench.agency import AGENCY_NAME

PASSWORD = "mat-khau-thu"  # noqa: S105 - of keys made for one run
RSA, EC = "rsa", "ec"
_ARCH = ArchLabel("bench")
_NAMES = {
    "root": "Gốc chứng thực đo lường",
    "ca": "Chứng thực số đo lường",
    "tsa": "Dấu thời gian đo lường",
    "ocsp": "Trả lời trạng thái đo lường",
    RSA: AGENCY_NAME,
    EC: AGENCY_NAME,
}
_AUTHORITIES = ("root", "ca")
_PURPOSES = {"tsa": "time_stamping", "ocsp": "ocsp_signing"}


@dataclass(frozen=True, slots=True)
class Authorities:
    """The running services, and the folder with keys and certificates."""

    folder: Path
    url: str

    @property
    def trust(self) -> Path:
        """The folder with the root that is to be trusted."""
        return self.folder / "trust"

    def timestamps(self, wait_s: float = 0.0) -> str:
        """Give the address of the timestamp authority that takes so long."""
        return f"{self.url}/{_ARCH}/tsa/tsa?wait={wait_s:g}"


@contextmanager
def running_authorities(folder: Path) -> Iterator[Authorities]:
    """Start the services in a process of their own; they stop with the block."""
    command = [sys.executable, "-m", "scripts.bench.signing.authorities", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            yield Authorities(folder, process.stdout.readline().strip())
        finally:
            process.stdin.close()


def main(folder: Path) -> int:
    """Serve until standard input is closed."""
    server = make_server("127.0.0.1", 0, _none, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    server.app = _services(folder, url)
    Thread(target=server.serve_forever, daemon=True).start()
    print(url, flush=True)
    sys.stdin.read()
    return 0


def _services(folder: Path, url: str) -> Any:
    for label in _NAMES:
        _write_key(folder / f"{label}.key.pem", label)
    config = CertomancerConfig(_config(url), key_search_dir=str(folder), config_search_dir=None)
    architecture = config.get_pki_arch(_ARCH)
    for kind in (RSA, EC):
        packed = architecture.package_pkcs12(CertLabel(kind), password=PASSWORD.encode())
        (folder / f"{kind}.p12").write_bytes(packed)
    for label in _NAMES:
        (folder / f"{label}.crt").write_bytes(architecture.get_cert(CertLabel(label)).dump())
    (folder / "trust").mkdir()
    (folder / "trust" / "root.crt").write_bytes((folder / "root.crt").read_bytes())
    animator = Animator(AnimatorArchStore({_ARCH: architecture}), with_web_ui=False, allow_time_override=False)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        time.sleep(float(parse_qs(environ["QUERY_STRING"]).get("wait", ["0"])[0]))
        given: Iterable[bytes] = animator(environ, start_response)
        return given

    return answer


def _config(url: str) -> dict[str, Any]:
    lists = {
        label: {
            "for-issuer": label,
            "signing-key": label,
            "issuer-cert": label,
            "simulated-update-schedule": "PT1H",
        }
        for label in _AUTHORITIES
    }
    services = {
        "ocsp": {"ca": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": lists,
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }
    architecture = {
        "keyset": str(_ARCH),
        "entity-defaults": {"country-name": "VN"},
        "entities": {label: {"organization-name": name, "common-name": name} for label, name in _NAMES.items()},
        "certs": {label: _certificate(label) for label in _NAMES},
        "services": services,
    }
    return {
        "external-url-prefix": url,
        "keysets": {str(_ARCH): {"keys": {label: {"path": f"{label}.key.pem"} for label in _NAMES}}},
        "pki-architectures": {str(_ARCH): architecture},
    }


def _certificate(label: str) -> dict[str, Any]:
    issuer = "root" if label in _AUTHORITIES else "ca"
    certificate: dict[str, Any] = {
        "subject": label,
        "issuer": issuer,
        "authority-key": issuer,
        "validity": {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2060-01-01T00:00:00+0000"},
    }
    if label in _AUTHORITIES:
        sources = {"crl-repo": label} | ({"ocsp-service": "ca"} if label == "ca" else {})
        return certificate | {"profiles": [{"id": "simple-ca", "params": sources}]}
    uses = {"schema": "key-usage", "params": ["digital_signature", "non_repudiation"]}
    extensions: list[dict[str, Any]] = [{"id": "key_usage", "critical": True, "smart-value": uses}]
    if label in _PURPOSES:
        extensions.append({"id": "extended_key_usage", "critical": True, "value": [_PURPOSES[label]]})
    if label == "ocsp":
        extensions.append({"id": "ocsp_no_check"})
    return certificate | {"extensions": extensions}


def _write_key(path: Path, kind: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == EC else rsa.generate_private_key(65537, 2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object, **_named: object) -> None:
        pass


def _none(_environ: object, _start_response: object) -> Iterable[bytes]:
    raise AssertionError("nothing is asked before the address is told")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
