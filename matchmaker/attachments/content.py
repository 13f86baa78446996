"""What a file really is. Its first and last bytes decide, never its name; nothing is unpacked or rendered."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import puremagic

HEAD = 4096
TAIL = 65_557
"""The end of a zip archive is at most a 64 KiB comment and 22 bytes away from the end of the file."""
MOST_DIRECTORY_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 512 * 1024 * 1024
"""An Office file that would grow beyond this when opened is a bomb for whoever opens it."""
ZIP_END = b"PK\x05\x06"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f")
MARKUP = (
    b"%pdf",
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<svg",
    b"<?xml",
    b"<?php",
    b"<iframe",
    b"#!",
    b"{\\rtf",
    b"%!ps",
)


@dataclass(frozen=True)
class FileType:
    """`fits` sees the file from its start and answers whether it is one of these."""

    media_type: str
    fits: Callable[[_Bytes], bool]


class _Bytes:
    """A file's two ends, and the file itself for what needs more."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.head = file.read(HEAD)
        file.seek(max(0, self.size - TAIL))
        self.tail = file.read(TAIL)

    def looks_like(self, *extensions: str) -> bool:
        """Whether the magic numbers allow one of these."""
        try:
            found = puremagic.magic_string(self.head + self.tail[-HEAD:])
        except (puremagic.PureError, ValueError):
            return False
        return any(each.extension in extensions for each in found)

    @property
    def is_also_zip(self) -> bool:
        """Whether an unpacker would take the end of the file for an archive: one file that is two things."""
        place = self.tail.rfind(ZIP_END)
        if place < 0 or place + 22 > len(self.tail):
            return False
        comment = int.from_bytes(self.tail[place + 20 : place + 22], "little")
        return place + 22 + comment == len(self.tail)


def media_type_of(path: Path, extension: str) -> str | None:
    """The media type of a stored file if its content is what the extension says; None if it is not."""
    with path.open("rb") as file:
        return media_type_in(file, extension)


def media_type_in(file: IO[bytes], extension: str) -> str | None:
    """As `media_type_of`, of a file that is open and can be sought in, or in memory."""
    kind = TYPES.get(extension)
    return kind.media_type if kind is not None and kind.fits(_Bytes(file)) else None


def _pdf(data: _Bytes) -> bool:
    return (
        data.head.startswith(b"%PDF-")
        and data.looks_like(".pdf")
        and b"%%EOF" in data.tail[-2048:]
        and not _has_markup(data.head)
        and not data.is_also_zip
    )


def _has_markup(head: bytes) -> bool:
    """A browser that guesses types looks for tags in the first bytes; a real PDF or picture has none there."""
    lowered = head[:1024].lower()
    return any(mark in lowered for mark in (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php"))


def _image(start: bytes, *extensions: str) -> Callable[[_Bytes], bool]:
    def fits(data: _Bytes) -> bool:
        return (
            data.head.startswith(start)
            and data.looks_like(*extensions)
            and not _has_markup(data.head)
            and not data.is_also_zip
        )

    return fits


def _webp(data: _Bytes) -> bool:
    return data.head[8:12] == b"WEBP" and _image(b"RIFF", ".webp")(data)


def _ole(*streams: str) -> Callable[[_Bytes], bool]:
    """The old Office formats share one container, as do installers: the stream's name tells them apart."""
    names = [stream.encode("utf-16-le") for stream in streams]

    def fits(data: _Bytes) -> bool:
        if not data.head.startswith(OLE) or data.is_also_zip:
            return False
        data.file.seek(0)
        whole = data.file.read()
        return any(name in whole for name in names)

    return fits


def _office(part: str) -> Callable[[_Bytes], bool]:
    """A zip archive from its first byte on, with the parts of this kind of document, and without macros."""

    def fits(data: _Bytes) -> bool:
        if not data.head.startswith(b"PK\x03\x04") or not data.is_also_zip or _directory_too_long(data.tail):
            return False
        try:
            with zipfile.ZipFile(data.file) as archive:
                members = archive.infolist()
        except (
            zipfile.BadZipFile,
            UnicodeDecodeError,
            NotImplementedError,
            struct.error,
            ValueError,
            OSError,
        ):
            return False
        names = {member.filename.lower() for member in members}
        return (
            {"[content_types].xml", part} <= names
            and not any(name.endswith(("vbaproject.bin", ".exe", ".js")) for name in names)
            and min(member.header_offset for member in members) == 0
            and sum(member.file_size for member in members) <= MOST_UNPACKED_BYTES
        )

    return fits


def _directory_too_long(tail: bytes) -> bool:
    """Reading the directory costs memory by its length, so that is looked at first."""
    place = tail.rfind(ZIP_END)
    return int.from_bytes(tail[place + 12 : place + 16], "little") > MOST_DIRECTORY_BYTES


def _text(data: _Bytes) -> bool:
    """Text in UTF-8, UTF-16 with its mark, or GB 18030, and no page or program in disguise."""
    data.file.seek(0)
    whole = data.file.read()
    if data.is_also_zip or whole.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return False
    if whole.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif CONTROL & frozenset(whole):
        return False
    else:
        encodings = ["utf-8-sig", "gb18030"]
    return any(_decodes(whole, encoding) for encoding in encodings)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return "\x00" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_jpeg = FileType("image/jpeg", _image(b"\xff\xd8\xff", ".jpg", ".jpeg", ".jfif"))

TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", _pdf),
    "docx": FileType(_OFFICE + "wordprocessingml.document", _office("word/document.xml")),
    "xlsx": FileType(_OFFICE + "spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": FileType(_OFFICE + "presentationml.presentation", _office("ppt/presentation.xml")),
    "doc": FileType("application/msword", _ole("WordDocument")),
    "xls": FileType("application/vnd.ms-excel", _ole("Workbook", "Book")),
    "ppt": FileType("application/vnd.ms-powerpoint", _ole("PowerPoint Document")),
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "png": FileType("image/png", _image(b"\x89PNG\r\n\x1a\n", ".png")),
    "gif": FileType("image/gif", _image(b"GIF8", ".gif")),
    "webp": FileType("image/webp", _webp),
    "txt": FileType("text/plain", _text),
    "csv": FileType("text/csv", _text),
}
"""Allowed types by extension. Archives are not among them: nobody checks what is inside."""
