"""Pages taken out of a delivered PDF into one of their own, images untouched; the same pages give the same bytes."""

from collections.abc import Sequence
from pathlib import Path

import pikepdf

from config.errors import DamagedFileError
from ocr.source.door import shown_name
from ocr.source.streams import bound_decoders


def take_pages(pdf: Path, numbers: Sequence[int], out: Path) -> None:
    """Write pages (from 1) of a PDF to a new one, in the order given. Raise DamagedFileError when it cannot be read."""
    bound_decoders()
    try:
        with pikepdf.open(pdf) as source, pikepdf.new() as taken:
            for number in numbers:
                taken.pages.append(source.pages[number - 1])
            taken.save(out, deterministic_id=True)
    except pikepdf.PikepdfError as err:
        raise DamagedFileError(file=shown_name(pdf), cause=err) from err
