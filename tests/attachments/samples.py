"""Small files of every allowed type, as real programs would begin and end them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import IO

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00" + b"\x00" * 40
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x11" * 40 + b"\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + b"\x00" * 20 + b";"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 40
TEXT = "检测结果：气孔直径 0.5 mm，位置见图。\n".encode()
GB_TEXT = "名称,数值\n检出率,98\n".encode("gb18030")
MACHO = b"MZ\x90\x00" + b"\x00" * 100
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def ole(stream: str) -> bytes:
    """The container of the old Office formats with one stream's directory entry."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 504 + stream.encode("utf-16-le") + b"\x00" * 400


def office(part: str, *more: str, text: bytes = b"<w/>") -> bytes:
    """An Office archive with its content list, its main part and more members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in ("[Content_Types].xml", part, *more):
            archive.writestr(member, text)
    return made.getvalue()


DOCX = office("word/document.xml")
ZIP = office("readme.txt")

GENUINE = {
    "报告.pdf": PDF,
    "方案.docx": DOCX,
    "数据.xlsx": office("xl/workbook.xml"),
    "介绍.pptx": office("ppt/presentation.xml"),
    "旧报告.doc": ole("WordDocument"),
    "旧表.xls": ole("Workbook"),
    "旧幻灯.ppt": ole("PowerPoint Document"),
    "照片.jpg": JPEG,
    "照片.JPEG": JPEG,
    "图.png": PNG,
    "动图.gif": GIF,
    "新图.webp": WEBP,
    "说明.txt": TEXT,
    "国标.csv": GB_TEXT,
    "记事本.txt": "检测".encode("utf-16"),
}


@dataclass(frozen=True)
class File:
    """What a service takes for an upload."""

    filename: str
    stream: IO[bytes]


def file(name: str = "报告.pdf", data: bytes = PDF) -> File:
    return File(name, io.BytesIO(data))
