"""The two signatures a document may bear: in which corner each stands, in which field, and what it says.

The agency's follows NĐ 30/2020 Phụ lục I, that of the person who scanned TT 01/2023/TT-VPCP Điều 8. The second signer
adds to the file of the first; neither locks anything.
"""

from dataclasses import dataclass
from datetime import datetime

from config.clock import vietnam_iso
from signing.block_rules import block_rules
from signing.placement import Corner


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of signature: its form field, and its corner of page 1."""

    field: str
    corner: Corner


AGENCY_SEAL = Profile("AgencySeal", Corner.TOP_RIGHT)
OPERATOR_SEAL = Profile("OperatorSeal", Corner.TOP_LEFT)


def agency_texts(copy_form: str, agency_name: str, signed_at: datetime) -> tuple[str, ...]:
    """Give what an agency's block prints: form of the copy, name, time of signing."""
    return copy_form, agency_name, vietnam_iso(signed_at)


def operator_texts(operator: str, scanned_at: datetime, signed_at: datetime) -> tuple[str, ...]:
    """Give what the block of the person who scanned prints: the name, when it was scanned, when it was signed."""
    lines = block_rules().operator_lines
    times = {"scanned": vietnam_iso(scanned_at), "signed": vietnam_iso(signed_at)}
    return tuple(line.format(name=operator, **times) for line in lines)
