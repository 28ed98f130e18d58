"""Files of certificates, PEM or DER, as authorities hand them out."""

from pathlib import Path

from asn1crypto import pem, x509

from config.errors import SettingsError


def read_certificates(path: Path, setting: str) -> list[x509.Certificate]:
    """Give the certificates of a file, each read whole. Raise SettingsError naming the setting for a broken one."""
    try:
        content = path.read_bytes()
        blocks = [block for _, _, block in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
        certificates = [x509.Certificate.load(block, strict=True) for block in blocks]
        for certificate in certificates:
            certificate.native  # noqa: B018 - reads the whole certificate, so that a broken one shows here
    except (OSError, ValueError, TypeError) as err:
        raise SettingsError(file=path, key=setting, cause=err) from err
    return certificates
