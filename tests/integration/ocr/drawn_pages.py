"""Pages drawn with known words: the image, and the box of each word's ink, for any turn and skew."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font
from ocr.model import Box, PageText, Word

DPI = 150
A4_PX = (1240, 1754)

PARAGRAPHS = (
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
    (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2025;",
        "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 12/TTr-SNV về việc",
        "phê duyệt kế hoạch số hóa hồ sơ, giấy tờ, kết quả thủ tục hành chính.",
    ),
    (
        "Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý (Phụ lục II).",
        "Ưỡn ễnh, khuỷu tay; quyển vở: 1.250.000 đồng",
    ),
)


@dataclass(frozen=True)
class DrawnPage:
    """A page as delivered, and its reading on the upright image."""

    image: Image.Image
    text: PageText


def draw_page(
    *, rotation: int = 0, skew_deg: float = 0.0, size: tuple[int, int] = A4_PX, number: int = 1, font_px: int = 27
) -> DrawnPage:
    """Draw the paragraphs, skewed clockwise; `rotation` is the clockwise turn that the delivered page needs."""
    font = ImageFont.truetype(BytesIO(document_font()), font_px)
    upright = Image.new("L", size, 255)
    labels = Image.new("I", size, 0)
    labels_pen, pen = ImageDraw.Draw(labels), ImageDraw.Draw(upright)
    labels_pen.fontmode = "1"
    spots: list[tuple[str, int, int]] = []
    y, line = 160, 0
    for block, paragraph in enumerate(PARAGRAPHS):
        for row in paragraph:
            x = 150.0
            for word in row.split():
                pen.text((round(x), y), word, fill=0, font=font)
                labels_pen.text((round(x), y), word, fill=len(spots) + 1, font=font)
                spots.append((word, block, line))
                x += font.getlength(word + " ")
            y, line = y + round(font_px * 1.6), line + 1
        y += font_px
    upright = upright.rotate(-skew_deg, Image.Resampling.BICUBIC, fillcolor=255)
    boxes = _boxes(np.asarray(labels.rotate(-skew_deg, Image.Resampling.NEAREST)), len(spots))
    words = tuple(Word(word, 0.9, box, block, row) for (word, block, row), box in zip(spots, boxes, strict=True))
    delivered = upright.rotate(rotation, expand=True)  # PIL turns anticlockwise; reading turns it back
    return DrawnPage(delivered, PageText(number, *upright.size, DPI, rotation, skew_deg, words, "drawn"))


def _boxes(labels: NDArray[np.int32], count: int) -> list[Box]:
    boxes = []
    for label in range(1, count + 1):
        rows, columns = np.nonzero(labels == label)
        boxes.append(Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)))
    return boxes


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def image_pdf(path: Path, images: list[Image.Image], *, page_rotate: int = 0, dpi: float = DPI) -> Path:
    """Write a PDF of JPEG images, one a page; `page_rotate` turns the pages, and the images against it."""
    pdf = pikepdf.new()
    for image in images:
        stored = image.rotate(page_rotate, expand=True)
        width, height = (side * 72 / dpi for side in stored.size)
        pdf.add_blank_page(page_size=(width, height))
        page = pdf.pages[-1]
        colour = pikepdf.Name.DeviceRGB if stored.mode == "RGB" else pikepdf.Name.DeviceGray
        picture = pdf.make_stream(
            jpeg(stored),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=stored.width,
            Height=stored.height,
            BitsPerComponent=8,
            ColorSpace=colour,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.obj.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
        if page_rotate:
            page.obj.Rotate = page_rotate
    pdf.save(path, deterministic_id=True)
    return path


def millimetres(pixels: float, dpi: float = DPI) -> float:
    return pixels * 25.4 / dpi
