"""The files that mutations start from: small drawn scans of each kind, and the bad files that tests know."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from tests import bad_files
from tests.integration.pipeline.house import page

SMALL_PX = (220, 300)


def _plain_pdf(path: Path) -> Path:
    """A scan whose objects lie open, so that a mutation finds names and numbers to change."""
    bad_files.pdf(path, pages=2)
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return path


def _packed_pdf(path: Path) -> Path:
    bad_files.pdf(path, pages=2)
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return path


def _flate_pdf(path: Path) -> Path:
    """A page of grey pixels packed as PNG packs them: predictors, columns, bits."""
    with pikepdf.new() as pdf:
        sheet = bad_files.add_image_page(pdf, b"", width=64, height=80)
        image = sheet.Resources.XObject.Im0
        image.ColorSpace = pikepdf.Name.DeviceGray
        parms = pikepdf.Dictionary(Predictor=15, Colors=1, BitsPerComponent=8, Columns=64)
        image.write(bad_files.unfolding(0, 65 * 80), filter=pikepdf.Name.FlateDecode, decode_parms=parms)
        pdf.save(path, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return path


def _nested_pdf(path: Path) -> Path:
    """A page whose image lies within forms within forms, with a mask, a palette and a graphics state."""
    with pikepdf.new() as pdf:
        sheet = bad_files.add_image_page(pdf, b"", width=16, height=16)
        image = sheet.Resources.XObject.Im0
        image.ColorSpace = pikepdf.Array(
            [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 255, pikepdf.String(b"\x10" * 768)]
        )
        image.write(bad_files.unfolding(0, 256), filter=pikepdf.Name.FlateDecode)
        inner = pikepdf.Stream(pdf, b"/GS0 gs /Im0 Do")
        state = pikepdf.Dictionary(ca=0.5, SMask=pikepdf.Name("/None"))
        own = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image), ExtGState=pikepdf.Dictionary(GS0=state))
        inner.update(_form(own))
        outer = pikepdf.Stream(pdf, b"q 1 0 0 1 0 0 cm /Fm0 Do Q BT /F1 12 Tf (chu) Tj ET")
        outer.update(_form(pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm0=pdf.make_indirect(inner)))))
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm1=pdf.make_indirect(outer)))
        sheet.Contents = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /Fm1 Do Q")
        pdf.save(path, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return path


def _form(resources: pikepdf.Dictionary) -> pikepdf.Dictionary:
    kinds = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form}
    return pikepdf.Dictionary({**kinds, "/BBox": pikepdf.Array([0, 0, 1, 1]), "/Resources": resources})


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "plain.pdf": _plain_pdf,
    "packed.pdf": _packed_pdf,
    "flate.pdf": _flate_pdf,
    "nested.pdf": _nested_pdf,
    "drawn.pdf": lambda path: page(path, size=SMALL_PX),
    "drawn.png": lambda path: page(path, size=SMALL_PX),
    "palette.png": lambda path: bad_files.png(path, mode="P"),
    "scan.jpg": bad_files.jpeg,
    "turned.jpg": lambda path: bad_files.jpeg(path, orientation=6),
    "cmyk.jpg": lambda path: bad_files.jpeg(path, mode="CMYK"),
    "scan.tif": lambda path: bad_files.tiff(path, pages=2),
    "fax.tif": lambda path: bad_files.fax_tiff(path, black_is_zero=True, fill_order=2),
    "jpeg.tif": lambda path: bad_files.tiff(path, compression="jpeg"),
    "deflate.tif": lambda path: bad_files.tiff(path, compression="tiff_adobe_deflate", one_strip=True),
    "two.tif": lambda path: bad_files.two_page_tiff(path, first_dpi=200),
    "locked.pdf": bad_files.encrypted_pdf,
    "script.pdf": lambda path: bad_files.pdf_with(path, "script"),
    "program.pdf": lambda path: bad_files.pdf_with(path, "program"),
    "xfa.pdf": lambda path: bad_files.pdf_with(path, "xfa"),
    "stamp.pdf": lambda path: bad_files.pdf_with(path, "stamp"),
    "offsets.pdf": bad_files.pdf_with_wrong_offsets,
    "lost.pdf": bad_files.pdf_that_lost_a_page,
    "moving.gif": bad_files.animated_gif,
    "side.jpg": bad_files.jpeg_bomb,
    "lying.pdf": bad_files.pdf_lying_bomb,
    "sheet.pdf": bad_files.pdf_sheet_bomb,
}


@cache
def seeds() -> dict[str, bytes]:
    """Give each seed's bytes by name; drawn once."""
    with TemporaryDirectory() as folder:
        return {name: build(Path(folder) / name).read_bytes() for name, build in BUILDERS.items()}
