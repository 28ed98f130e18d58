"""Registers as offices write them, for tests: files, their rows, and what an import of them gave."""

from pathlib import Path

from pipeline.register import ImportResult, Scope, import_register
from storage.ledger import Ledger
from tests.integration.pipeline.counting_town import noon

HEADER = "Mã hồ sơ,Tên thủ tục hành chính,Số ký hiệu,Ngày trả kết quả,Có hiệu lực đến"
ROW = "H41.30-260311-{:04},Đăng ký khai sinh,{}/TLKS,05/03/2026,không thời hạn"


def import_file(ledger: Ledger, path: Path, scope: Scope | None = None) -> ImportResult:
    """Import a file as lan at noon."""
    with ledger.session() as session:
        return import_register(session, path, "cli:lan", noon, scope)


def register_file(tmp_path: Path, *rows: str, header: str = HEADER, name: str = "danh-muc.csv") -> Path:
    """Write a register as CSV."""
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


def rows_of(*numbers: int) -> list[str]:
    """Give good rows of one agency."""
    return [ROW.format(number, number) for number in numbers]


def counts_of(result: ImportResult) -> tuple[int, int, int, int, int]:
    """Give what was added, changed, unchanged, missing and refused."""
    return result.added, result.changed, result.unchanged, result.missing, result.refused
