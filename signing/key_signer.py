"""The pyHanko signer over whatever holds a key."""

import hashlib

from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.key_holder import DIGEST, KeyHolder


class KeySigner(Signer):
    """Signs with the key of a holder; safe to share between threads."""

    def __init__(self, holder: KeyHolder) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(holder.chain)
        super().__init__(signing_cert=holder.certificate, cert_registry=store)
        self._holder = holder

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002 - the signature is pyHanko's
        """Give the raw signature of the data."""
        if digest_algorithm != DIGEST:
            raise ValueError(f"only {DIGEST} is signed with, not {digest_algorithm}")
        return self._holder.sign_digest(hashlib.sha256(data).digest())
