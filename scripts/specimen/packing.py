"""Put scanned pages into files: PDFs around JPEG or CCITT images, TIFFs, images in a folder.

The bytes depend on the pages alone. Each file carries the mark by which production knows a specimen.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Dictionary, Name, Stream
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from ocr.source import SPECIMEN_MARK
from scripts.specimen.model import Colour, Container, Scan

Image = NDArray[np.uint8]
_ROWS_PER_STRIP = 278


def pack(pages: Sequence[Image], path: Path, scan: Scan, *, quality: int = 82) -> tuple[Path, ...]:
    """Write a document's pages to a path, a folder for page images. Give the files written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if scan.container is Container.FOLDER:
        path.mkdir(parents=True, exist_ok=True)
        files = tuple(path / f"trang-{number}.jpg" for number in range(1, len(pages) + 1))
        for file, page in zip(files, pages, strict=True):
            file.write_bytes(_jpeg(page, scan.dpi, quality))
        return files
    if scan.container is Container.JPEG:
        path.write_bytes(_jpeg(pages[0], scan.dpi, quality))
    elif scan.container is Container.PNG:
        remark = PngInfo()
        remark.add_text("Description", SPECIMEN_MARK)
        _pillow(pages[0], scan.colour).save(path, dpi=(scan.dpi, scan.dpi), pnginfo=remark)
    elif scan.container is Container.TIFF:
        _write_tiff(pages, path, scan)
    else:
        _write_pdf(pages, path, scan, quality)
    return (path,)


def _pillow(page: Image, colour: Colour) -> Pillow.Image:
    if page.ndim == 3:
        return Pillow.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB))
    grey = Pillow.fromarray(page)
    return grey.convert("1", dither=Pillow.Dither.NONE) if colour is Colour.BITONAL else grey


def _jpeg(page: Image, dpi: int, quality: int) -> bytes:
    out = BytesIO()
    _pillow(page, Colour.COLOUR).save(out, "JPEG", quality=quality, dpi=(dpi, dpi), comment=SPECIMEN_MARK)
    return out.getvalue()


def _write_tiff(pages: Sequence[Image], path: Path, scan: Scan) -> None:
    images = [_pillow(page, scan.colour) for page in pages]
    # Deflate is what office scanners write for grey and colour; old-style JPEG in TIFF is rare by now.
    compression = "group4" if scan.colour is Colour.BITONAL else "tiff_adobe_deflate"
    images[0].save(
        path,
        "TIFF",
        compression=compression,
        dpi=(scan.dpi, scan.dpi),
        description=SPECIMEN_MARK,
        save_all=True,
        append_images=images[1:],
    )


def _write_pdf(pages: Sequence[Image], path: Path, scan: Scan, quality: int) -> None:
    pdf = pikepdf.new()
    pdf.docinfo["/Producer"] = "MAU specimen scanner"
    for number, page in enumerate(pages):
        turn = scan.turns[number] if number < len(scan.turns) and "page_rotate" in scan.marks else 0
        _add_page(pdf, page, scan, quality, turn)
    mark_pdf(pdf)
    pdf.save(path, deterministic_id=True)


def mark_pdf(pdf: pikepdf.Pdf) -> None:
    """Say in a PDF's XMP and document information that it is a specimen."""
    pdf.docinfo["/Subject"] = SPECIMEN_MARK
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:description"] = SPECIMEN_MARK


def _add_page(pdf: pikepdf.Pdf, page: Image, scan: Scan, quality: int, turn: int) -> None:
    height, width = page.shape[:2]
    size = (round(width * 72 / scan.dpi, 3), round(height * 72 / scan.dpi, 3))
    if scan.colour is Colour.BITONAL:
        image = Stream(pdf, _group4(page))
        image.Filter = Name.CCITTFaxDecode
        image.DecodeParms = Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=False)
        image.BitsPerComponent, image.ColorSpace = 1, Name.DeviceGray
    else:
        image = Stream(pdf, _jpeg(page, scan.dpi, quality))
        image.Filter = Name.DCTDecode
        image.BitsPerComponent = 8
        image.ColorSpace = Name.DeviceRGB if page.ndim == 3 else Name.DeviceGray
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, width, height
    contents = Stream(pdf, f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode())
    sheet = Dictionary(
        Type=Name.Page,
        MediaBox=[0, 0, *size],
        Resources=Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image))),
        Contents=pdf.make_indirect(contents),
    )
    if turn:
        # The image lies as it was scanned; the scanner's software noted how to turn it back.
        sheet.Rotate = (360 - turn) % 360
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))


def _group4(page: Image) -> bytes:
    """Give the page as one CCITT group 4 strip, black 0."""
    out = BytesIO()
    # Turned round, since the writer codes 0 bits as the fax code's white, and paper is to be white there.
    bits = _pillow(np.asarray(255 - page, dtype=np.uint8), Colour.BITONAL)
    bits.save(out, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: bits.height})
    out.seek(0)
    with Pillow.open(out) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        offsets, sizes = tags[273], tags[279]
    if len(offsets) != 1:
        raise ValueError(f"the TIFF writer gave {len(offsets)} strips")
    data = out.getvalue()
    return data[offsets[0] : offsets[0] + sizes[0]]
