"""Whoever watches a run: the progress display of a command, or nobody."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from config.errors import SohoaError


class Watcher(Protocol):
    """Told of the work as it goes, from several threads; gets ids, never names or text."""

    def taken_on(self, pages: Mapping[UUID, int]) -> None:
        """All that is left to be worked on is known, or as much as one looks ahead: documents, and pages to be read.

        It may have been told before; what was, and is neither here nor finished, another run has or had.
        """

    def page_read(self, document_id: UUID) -> None:
        """One more page was read."""

    def finished(self, document_id: UUID, state: str) -> None:
        """A document came to rest in a state."""

    def noticed(self, path: str, cause: SohoaError) -> None:
        """An arrival in the inbox was held or refused."""


class Nobody:
    """A watcher that looks away."""

    def taken_on(self, pages: Mapping[UUID, int]) -> None:
        """Look away."""

    def page_read(self, document_id: UUID) -> None:
        """Look away."""

    def finished(self, document_id: UUID, state: str) -> None:
        """Look away."""

    def noticed(self, path: str, cause: SohoaError) -> None:
        """Look away."""
