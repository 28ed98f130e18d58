"""How much is looked at on behalf of one file: whoever makes a file can make the search for chains endless.

Sixty certificates of the same few names give more paths than can ever be walked, and five hundred lists of revoked
certificates take as long. An honest file, renewed for decades, takes a hundredth of what is allowed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import x509
from pyhanko_certvalidator.authority import TrustAnchor
from pyhanko_certvalidator.registry import CertificateRegistry, TrustManager

MOST_LOOKS = 400_000
"""Certificates and pieces of revocation data looked at for one file: some ten seconds of work."""
MOST_CERTIFICATES = 2_000
"""Certificates of one file; one that brings more is made to keep us busy."""
_STEP = 20
"""What the step to an issuer costs, with the check of the path it may lead to, in single looks."""


@dataclass(slots=True)
class Effort:
    """What may still be looked at for one file."""

    left: int = MOST_LOOKS

    def spend(self, looks: int) -> None:
        """Take so many looks off."""
        self.left -= looks

    @property
    def is_spent(self) -> bool:
        """Whether the search was given up, so that what was found by it says nothing."""
        return self.left < 0


class LimitedRegistry(CertificateRegistry):
    """Certificates at hand in which issuers are looked for as long as there is effort left, and then found no more."""

    def __init__(self, certificates: list[x509.Certificate], effort: Effort) -> None:
        super().__init__()
        self._effort = effort
        self.register_multiple(certificates)

    def find_potential_issuers(
        self, cert: x509.Certificate, trust_manager: TrustManager
    ) -> Iterator[TrustAnchor | x509.Certificate]:
        """Give who may have issued a certificate."""
        for issuer in super().find_potential_issuers(cert, trust_manager):
            self._effort.spend(_STEP)
            if self._effort.is_spent:
                return
            yield issuer
