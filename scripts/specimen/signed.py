"""A born-digital PDF that another agency has signed already.

Its keys are made anew on each run, by a TEST authority of its own, so these bytes alone differ from run to run.
"""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from config.clock import system_clock
from config.settings import SigningSettings
from scripts.specimen.packing import mark_pdf
from signing import SealRequest, open_sealer

COPY_FORM = "BẢN GỐC"
ROOT_NAME = "foreign-test-ca.pem"
_KEYS_ROOT = "test-ca.cert.pem"


def sign_as_foreign(pdf: bytes, target: Path, agency_name: str, trust: Path) -> None:
    """Write the PDF, signed for an agency by a foreign TEST authority, whose certificate goes into the trust folder.

    Raise what signing raises when it cannot be signed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    trust.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="specimen-") as folder:
        place = Path(folder)
        unsigned = place / "unsigned.pdf"
        with pikepdf.open(BytesIO(pdf)) as composed:
            mark_pdf(composed)
            composed.save(unsigned, deterministic_id=True)
        keys = place / "keys"
        # The settings' defaults are the generated keys and the local timestamps, both marked TEST; agencies that sign
        # elsewhere seldom add more than a timestamp.
        sealer = open_sealer(SigningSettings(level="B-T"), keys, production=False)
        sealer.seal(SealRequest(unsigned, target, COPY_FORM, agency_name, system_clock()))
        shutil.copyfile(keys / _KEYS_ROOT, trust / ROOT_NAME)
