"""Files signed and renewed at simulated times by pyHanko's own signer, so that judging them owes nothing to ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import crl, keys, pem
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.pki import HOLDERS, Holder, Pki

AGING = HOLDERS | {
    "agency": Holder("Ủy ban nhân dân xã Cát Ngạn", "2020-01-01", "2023-01-01"),
    "tsa": Holder("Dấu thời gian tỉnh giả định", "2020-01-01", "2028-01-01", purpose="time_stamping"),
    "tsa-2": Holder("Dấu thời gian tỉnh giả định thứ hai", "2027-01-01", "2036-01-01", purpose="time_stamping"),
    "tsa-3072": Holder(
        "Dấu thời gian giả định khóa dài", "2020-01-01", "2049-01-01", "rsa-3072", "root", purpose="time_stamping"
    ),
    "ca-3": Holder(
        "Chứng thực số tỉnh giả định thứ ba",
        "2034-01-01",
        "2070-01-01",
        "rsa",
        "root",
        is_authority=True,
        digest="sha512",
    ),
    "tsa-3": Holder(
        "Dấu thời gian tỉnh giả định thứ ba",
        "2034-01-01",
        "2049-01-01",
        issuer="ca-3",
        purpose="time_stamping",
        digest="sha512",
    ),
}
"""Who signs in 2021 and carries the proof on in 2027 and 2035: each certificate but the authorities' runs out."""


@dataclass(frozen=True)
class Pen:
    """Signs with the keys of a PKI, at any time."""

    pki: Pki

    def sign(
        self,
        pdf: Path,
        at: datetime,
        *,
        field: str = "Seal",
        signer: str = "agency",
        tsa: str = "tsa",
        digest: str = "sha256",
    ) -> Path:
        """Sign with a timestamp (B-T), as an incremental update in place."""
        metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm=digest)
        made = signers.PdfSigner(metadata, self._signer(signer), timestamper=self.timestamps(tsa, at))
        return self._replace(pdf, made.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf.read_bytes()))))

    def keep_revocation(self, pdf: Path, at: datetime, authorities: Iterable[str] = ("root", "ca")) -> Path:
        """Add the lists that these authorities had out, and their certificates (B-LT)."""
        return self.keep(pdf, [self.pki.crl(label, at) for label in authorities], authorities)

    def keep(self, pdf: Path, lists: list[crl.CertificateList], authorities: Iterable[str] = ("root", "ca")) -> Path:
        """Add these lists and the authorities' certificates to the security store."""
        out = BytesIO(pdf.read_bytes())
        certificates = [self.pki.certificate(label) for label in authorities]
        DocumentSecurityStore.add_dss(out, sig_contents=None, certs=certificates, crls=lists)
        return self._replace(pdf, out)

    def stamp(self, pdf: Path, at: datetime, tsa: str = "tsa", digest: str = "sha256") -> Path:
        """Add a document timestamp."""
        stamper = signers.PdfTimeStamper(self.timestamps(tsa, at))
        writer = IncrementalPdfFileWriter(BytesIO(pdf.read_bytes()))
        return self._replace(pdf, stamper.timestamp_pdf(writer, digest))

    def seal_for_archive(self, pdf: Path, at: datetime) -> Path:
        """Sign, keep the revocation data and stamp (B-LTA)."""
        return self.stamp(self.keep_revocation(self.sign(pdf, at), at), at)

    def timestamps(self, tsa: str, at: datetime) -> DummyTimeStamper:
        """Give an authority whose clock stands."""
        issuer = self.pki.certificate(self.pki.holders[tsa].issuer)
        return DummyTimeStamper(self.pki.certificate(tsa), self._key(tsa), _store(issuer), fixed_dt=at)

    def _signer(self, label: str) -> signers.SimpleSigner:
        issuer = self.pki.certificate(self.pki.holders[label].issuer)
        return signers.SimpleSigner(self.pki.certificate(label), self._key(label), _store(issuer))

    def _key(self, label: str) -> keys.PrivateKeyInfo:
        key: keys.PrivateKeyInfo = keys.PrivateKeyInfo.load(pem.unarmor(self.pki.key_pem(label))[2])
        return key

    @staticmethod
    def _replace(pdf: Path, made: BytesIO) -> Path:
        pdf.write_bytes(made.getvalue())
        return pdf


def _store(*certificates: object) -> SimpleCertificateStore:
    store: SimpleCertificateStore = SimpleCertificateStore.from_certs(certificates)
    return store
