"""The register (danh mục hồ sơ): which records and results exist, file by file; the denominator of all shares."""

from pipeline.register.error_list import ErrorList
from pipeline.register.faults import Fault, RowError, write_row_errors
from pipeline.register.history import RegisterVersion, RowHistory, row_histories, versions
from pipeline.register.importing import ImportResult, SheetReport, import_register
from pipeline.register.notes import OtherAgency
from pipeline.register.returned import place_beside, write_returned
from pipeline.register.scope import Scope
from pipeline.register.withdrawal import missing_entries, reinstate, withdraw

__all__ = [
    "ErrorList",
    "Fault",
    "ImportResult",
    "OtherAgency",
    "RegisterVersion",
    "RowError",
    "RowHistory",
    "Scope",
    "SheetReport",
    "import_register",
    "missing_entries",
    "place_beside",
    "reinstate",
    "row_histories",
    "versions",
    "withdraw",
    "write_returned",
    "write_row_errors",
]
