"""Real tokens in SoftHSM2 for tests: made, filled, pulled out and put back.

SoftHSM reads its configuration when it is started in a process, and the program starts it anew whenever it does not
find a token: so each test of a process has a folder of tokens of its own, and labels of its own.
"""

import shutil
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, ObjectClass

from tests.programs import softhsm_library

SO_PIN, PIN = "87654321", "624351"


@dataclass
class SoftHsm:
    """A folder of tokens, as an installation finds it."""

    folder: Path
    library: Path
    homes: dict[str, Path] = field(default_factory=dict)

    def token(self, pin: str = PIN) -> str:
        """Make an empty token; give its label."""
        label = f"token-{uuid.uuid4().hex[:12]}"
        before = set(self.tokens.iterdir())
        self._util("--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", pin)
        (self.homes[label],) = set(self.tokens.iterdir()) - before
        return label

    def put(
        self, label: str, key_pem: bytes, certificate: x509.Certificate, chain: Iterable[x509.Certificate] = ()
    ) -> None:
        """Put a key with its certificate, and certificates of issuers, into a token."""
        key_id = certificate.sha256[:4].hex()
        pem = self.folder / "key.pem"
        pem.write_bytes(key_pem)
        self._util("--import", str(pem), "--token", label, "--label", "key", "--id", key_id, "--pin", PIN)
        pem.unlink()
        library = pkcs11.lib(str(self.library))
        library.reinitialize()
        with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
            for one, id_ in ((certificate, bytes.fromhex(key_id)), *((above, b"") for above in chain)):
                session.create_object(
                    {
                        Attribute.CLASS: ObjectClass.CERTIFICATE,
                        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                        Attribute.TOKEN: True,
                        Attribute.SUBJECT: one.subject.dump(),
                        Attribute.ID: id_,
                        Attribute.VALUE: one.dump(),
                    }
                )

    def pull(self, label: str) -> None:
        """Take a token out."""
        self.homes[label].rename(self.folder / label)

    def put_back(self, label: str) -> None:
        (self.folder / label).rename(self.homes[label])

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens"

    def _util(self, *arguments: str) -> None:
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture
def softhsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """A place for tokens; for tests marked needs("softhsm")."""
    library = softhsm_library()
    assert library is not None, "SoftHSM2 is not installed"
    folder = tmp_path / "softhsm"
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    yield SoftHsm(folder, library)
    shutil.rmtree(folder)
