"""Keys in PKCS#12 files: one file, or a folder with one for each agency."""

from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import Certificate

from config.errors import KeyUnavailableError
from config.i18n import gettext
from signing.identity import require_strength, unusable_kind
from signing.key_holder import KeyHolder, KeyInMemory

_SUFFIXES = {".p12", ".pfx"}


class Pkcs12Keys:
    """The keys of PKCS#12 files under one password."""

    def __init__(self, path: Path, password: str | None) -> None:
        self._path = path
        self._password = password

    def holders(self) -> tuple[KeyHolder, ...]:
        """Give the keys of all files. Raise KeyUnavailableError when a file is missing, damaged or locked."""
        return tuple(_load(file, self._password) for file in self._files())

    def _files(self) -> list[Path]:
        if not self._path.is_dir():
            return [self._path]
        files = sorted(file for file in self._path.iterdir() if file.suffix.lower() in _SUFFIXES)
        if not files:
            raise KeyUnavailableError(file="-", key=self._path, cause=gettext("the folder has no .p12 or .pfx file"))
        return files


def _load(path: Path, password: str | None) -> KeyInMemory:
    try:
        content = path.read_bytes()
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() if password else None)
    except (OSError, ValueError) as err:
        # The library's words for a wrong password name no secret.
        raise KeyUnavailableError(file="-", key=path, cause=err) from err
    if key is None or certificate is None:
        raise KeyUnavailableError(file="-", key=path, cause=gettext("the file holds no key with its certificate"))
    leaf = _to_asn1(certificate)
    require_strength(leaf, str(path))
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyUnavailableError(file="-", key=path, cause=unusable_kind(type(key).__name__))
    return KeyInMemory(leaf, key, tuple(_to_asn1(other) for other in others))


def _to_asn1(certificate: Certificate) -> asn1_x509.Certificate:
    loaded: asn1_x509.Certificate = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return loaded
