"""The keys that are measured: PKCS#12 files and tokens of SoftHSM2, each with RSA-2048 and with EC P-256."""

import os
import shutil
import subprocess
from pathlib import Path

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, ObjectClass

from scripts.bench.signing.authorities import EC, PASSWORD, RSA

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
CONFIG = "SOFTHSM2_CONF"
_PIN, _SO_PIN = "624351", "87654321"
_ID = "01"

Key = dict[str, str]
"""Settings of `[signing]` that name a key."""


def prepare_keys(folder: Path) -> dict[str, Key]:
    """Give the settings of each key by its name in the tables; tokens are left out where SoftHSM2 is not installed.

    `folder`: that of the authorities. Tells SoftHSM2 by its environment variable where the tokens are, which processes
    started later need as well.
    """
    (folder / "password").write_text(PASSWORD, "utf-8")
    (folder / "pin").write_text(_PIN, "utf-8")
    names = {RSA: "RSA-2048", EC: "EC P-256"}
    keys = {
        f"PKCS#12, {name}": {"key": f"pkcs12:{folder / kind}.p12", "key_password": f"file:{folder / 'password'}"}
        for kind, name in names.items()
    }
    if not (LIBRARY.exists() and shutil.which("softhsm2-util")):
        return keys
    tokens = folder / "tokens"
    tokens.mkdir()
    os.environ[CONFIG] = str(folder / "softhsm2.conf")
    Path(os.environ[CONFIG]).write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n", "utf-8"
    )
    for kind, name in names.items():
        label = f"bench-{kind}"
        _fill_token(folder, kind, label)
        keys[f"SoftHSM2, {name}"] = {
            "key": f"pkcs11:{label}",
            "key_password": f"file:{folder / 'pin'}",
            "pkcs11_module": str(LIBRARY),
        }
    return keys


def _fill_token(folder: Path, kind: str, label: str) -> None:
    _util("--init-token", "--free", "--label", label, "--so-pin", _SO_PIN, "--pin", _PIN)
    key = str(folder / f"{kind}.key.pem")
    _util("--import", key, "--token", label, "--label", "key", "--id", _ID, "--pin", _PIN)
    library = pkcs11.lib(str(LIBRARY))
    library.reinitialize()
    with library.get_token(token_label=label).open(rw=True, user_pin=_PIN) as session:
        for name, key_id in ((kind, bytes.fromhex(_ID)), ("ca", b""), ("root", b"")):
            der = (folder / f"{name}.crt").read_bytes()
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.SUBJECT: x509.Certificate.load(der).subject.dump(),
                    Attribute.ID: key_id,
                    Attribute.VALUE: der,
                }
            )


def _util(*arguments: str) -> None:
    program = shutil.which("softhsm2-util") or "softhsm2-util"
    subprocess.run([program, *arguments], check=True, capture_output=True)  # noqa: S603
