"""Keys, timestamps, signatures and their validation.

The names here are what other folders use; how pyHanko does it stays inside.
"""

import logging

from signing.chain_head import HeadReport, sign_head, verify_head
from signing.opening import open_sealer
from signing.report import SignatureReport, Verdict, overall, reason_text
from signing.seal import Sealer, SealReceipt, SealRequest
from signing.trust import TrustStore, load_trust
from signing.validate import has_signatures, validate

__all__ = [
    "HeadReport",
    "SealReceipt",
    "SealRequest",
    "Sealer",
    "SignatureReport",
    "TrustStore",
    "Verdict",
    "has_signatures",
    "load_trust",
    "open_sealer",
    "overall",
    "reason_text",
    "sign_head",
    "validate",
    "verify_head",
]

# Their warnings quote objects of the PDF, and a log must not carry text of a document; what matters is in the reports.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)
