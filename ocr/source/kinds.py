"""What a file is, by its first bytes; its name is only compared with that."""

import zipfile
from pathlib import Path
from typing import BinaryIO

from config.errors import UnsupportedFormatError, WrongContentError
from config.i18n import mark as _
from ocr.source.door import shown_name
from ocr.source.facts import SourceFormat

_HEAD_BYTES = 1024
_TAKEN = (
    (b"\xff\xd8\xff", SourceFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", SourceFormat.PNG),
    (b"II*\x00", SourceFormat.TIFF),
    (b"MM\x00*", SourceFormat.TIFF),
    (b"II+\x00", SourceFormat.TIFF),
    (b"MM\x00+", SourceFormat.TIFF),
)
_EXTENSIONS = {
    ".pdf": SourceFormat.PDF,
    ".tif": SourceFormat.TIFF,
    ".tiff": SourceFormat.TIFF,
    ".jpg": SourceFormat.JPEG,
    ".jpeg": SourceFormat.JPEG,
    ".jpe": SourceFormat.JPEG,
    ".jfif": SourceFormat.JPEG,
    ".png": SourceFormat.PNG,
}
_REFUSED = (
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office 97-2003"),
    (b"{\\rtf", "RTF"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "DjVu"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x97JB2\r\n\x1a\n", "JBIG2"),
    (b"8BPS", "Photoshop"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "program"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def find_format(path: Path, file: BinaryIO) -> SourceFormat:
    """Give the format of a file by its content.

    Raise UnsupportedFormatError with the kind named, or WrongContentError when a name that promises a format we take
    holds something unknown.
    """
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    for magic, source_format in _TAKEN:
        if head.startswith(magic):
            return source_format
    # Readers accept up to a kilobyte of mail headers or a byte order mark before the header of a PDF.
    if b"%PDF-" in head:
        return SourceFormat.PDF
    kind = _refused_kind(head, file)
    if kind is None and path.suffix.lower() in _EXTENSIONS:
        raise WrongContentError(file=shown_name(path), extension=path.suffix, kind=_plain_kind(head))
    raise UnsupportedFormatError(file=shown_name(path), kind=kind or path.suffix or _plain_kind(head))


def _refused_kind(head: bytes, file: BinaryIO) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _brand_kind(head[8:12])
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(file)
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if lowered.startswith(b"<svg") or (lowered.startswith(b"<?xml") and b"<svg" in lowered):
        return "SVG"
    return next((kind for magic, kind in _REFUSED if head.startswith(magic)), None)


def _brand_kind(brand: bytes) -> str:
    if brand in _HEIF_BRANDS:
        return "HEIC"
    if brand in {b"avif", b"avis"}:
        return "AVIF"
    return _("video")


def _zip_kind(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:200]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "ZIP"
    finally:
        file.seek(0)
    for folder, kind in (("word/", "DOCX"), ("xl/", "XLSX"), ("ppt/", "PPTX")):
        if any(name.startswith(folder) for name in names):
            return kind
    return "OpenDocument" if "mimetype" in names else "ZIP"


def _plain_kind(head: bytes) -> str:
    if b"\x00" not in head:
        try:
            head.decode("utf-8")
        except UnicodeDecodeError as err:
            # A character cut at the end of the sample is still text.
            if err.start < len(head) - 4:
                return _("unknown")
        return _("plain text")
    return _("unknown")
