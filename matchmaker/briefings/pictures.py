"""Pictures of charts that a browser drew and sends with the export: bounded, and checked to be PNG."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Iterable, Mapping

PREFIX = "data:image/png;base64,"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 400 * 1024
"""Of one; the page draws them with some 50 KB each."""
MOST_PIXELS = 4000
"""Of a side."""


class NotAPicture(ValueError):
    """What was sent is no PNG, or too large a one; carries the chart's name."""


def pictures(sent: Mapping[str, str], names: Iterable[str]) -> dict[str, bytes]:
    """PNGs by the names of charts, of those that were sent. Anything else that was sent is passed over.

    Raises NotAPicture.
    """
    return {name: _picture(name, sent[f"chart-{name}"]) for name in names if sent.get(f"chart-{name}")}


def _picture(name: str, address: str) -> bytes:
    if not address.startswith(PREFIX) or len(address) > MOST_BYTES * 4 // 3 + 100:
        raise NotAPicture(name)
    try:
        data = base64.b64decode(address.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise NotAPicture(name) from error
    if not _is_png(data):
        raise NotAPicture(name)
    return data


def _is_png(data: bytes) -> bool:
    """Signature, a header of a size that can be shown, chunks that are whole, and an end with nothing after it."""
    if not data.startswith(SIGNATURE) or len(data) < 57:
        return False
    place, kinds = len(SIGNATURE), []
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, end = data[place + 4 : place + 8], place + 12 + length
        if end > len(data) or zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(
            data[end - 4 : end], "big"
        ):
            return False
        kinds.append(kind)
        place = end
        if kind == b"IEND":
            break
    width, height = struct.unpack(">II", data[16:24])
    whole = place == len(data) and kinds[0] == b"IHDR" and kinds[-1] == b"IEND" and b"IDAT" in kinds
    return whole and 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS
