import errno

import pytest

from config.errors import DiskFullError, EmptyFileError, LostClaimError, SohoaError
from pipeline.failures import INSTALLATION_ERRORS
from pipeline.guard import guarded
from pipeline.holds import FolderUnusableError, MemoryShortError, UnexpectedError


def failing(err: Exception) -> SohoaError:
    def work() -> SohoaError:
        raise err

    return guarded(work, lambda cause: cause, "H41.99-260311-0001.1")


def test_a_fault_is_named_by_kind_and_place_and_not_by_what_was_being_read() -> None:
    cause = failing(ValueError("Nguyễn Văn Bí Ẩn"))
    assert isinstance(cause, UnexpectedError)
    assert "ValueError" in str(cause)
    assert "test_guard.py" in str(cause)
    assert "Bí Ẩn" not in str(cause)


def test_a_full_disk_names_the_document() -> None:
    cause = failing(OSError(errno.ENOSPC, "no space"))
    assert isinstance(cause, DiskFullError)
    assert "H41.99-260311-0001.1" in str(cause)


def test_a_folder_that_may_not_be_written_is_named_and_is_no_fault_of_the_program() -> None:
    cause = failing(OSError(errno.EROFS, "Read-only file system", "/srv/sohoa/work"))
    assert isinstance(cause, FolderUnusableError)
    assert "/srv/sohoa/work" in str(cause)
    assert isinstance(cause, INSTALLATION_ERRORS), "it uses up no tries of the document"


@pytest.mark.parametrize("err", [MemoryError(), OSError(errno.ENOMEM, "no memory")], ids=["ours", "the system's"])
def test_a_lack_of_memory_is_named_and_tried_again(err: Exception) -> None:
    cause = failing(err)
    assert isinstance(cause, MemoryShortError)
    assert cause.retry_helps


def test_an_error_of_ours_is_settled_as_it_is() -> None:
    err = EmptyFileError(file="a.pdf")
    assert failing(err) is err


def test_a_lost_claim_is_nothing_to_settle() -> None:
    with pytest.raises(LostClaimError):
        failing(LostClaimError(document="x"))
