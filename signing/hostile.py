"""The errors that hostile or damaged signatures raise in the libraries that read them."""

import struct
import zlib

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError, SigningError
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError

HOSTILE = (
    PdfError,
    SignatureValidationError,
    CMSExtractionError,
    CMSStructuralError,
    SigningError,
    InvalidSignature,
    UnsupportedAlgorithm,
    InternalError,
    NoDSSFoundError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    OSError,
    struct.error,
    zlib.error,
)
"""What reading a damaged or malicious structure may raise in pyHanko and asn1crypto."""
