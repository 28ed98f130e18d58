"""The row of the register that a document is or may be, on the screen."""

from collections.abc import Iterator

from rich.text import Text

from pipeline.register.linking import ProposedRow
from pipeline.register_wording import row_sentences


def row_lines(row: ProposedRow | None) -> Iterator[Text]:
    """Give which row a document is or may be, by what, and for one that is only proposed what the row says."""
    for number, (text, is_warning) in enumerate(row_sentences(row)):
        yield Text(("  " if number else "") + text, style="yellow" if is_warning else "")
