"""The text of a .docx or PDF file from its bytes on the standard input, as JSON on the output: run by itself.

A hostile document can make a reader of documents use what memory and time there is. So this is a process of its own,
which takes limits upon itself before it looks at the first byte, imports nothing of the service, and writes no file.
Out come `blocks`, each a list of cells (a line of text is a row of one cell), or a `fault`.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MOST_BYTES = 10 * 1024 * 1024
MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 10
MOST_PARTS = 2000
MOST_XML = 20 * 1024 * 1024
"""Of the part that holds the text, unpacked."""
MOST_PAGES = 40
MOST_CHARACTERS = 100_000
MOST_BLOCKS = 5000
DEEPEST = 12
"""Tables in cells of tables."""

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TICKED, EMPTY = "☑", "□"
SYMBOLS = {
    ("wingdings", 0x6F): EMPTY,
    ("wingdings", 0x71): EMPTY,
    ("wingdings", 0xA8): EMPTY,
    ("wingdings", 0xFC): "√",
    ("wingdings", 0xFD): TICKED,
    ("wingdings", 0xFE): TICKED,
    ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0x51): TICKED,
    ("wingdings 2", 0x52): TICKED,
    ("wingdings 2", 0x53): TICKED,
    ("wingdings 2", 0x54): TICKED,
    ("wingdings 2", 0xA3): EMPTY,
}
"""Boxes as Word and WPS insert them: characters of a font of pictures."""


class Fault(Exception):
    """It cannot be read; the code is worded by wording.FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def blocks_of(data: bytes) -> list[list[str]]:
    """Raises Fault, and whatever a library raises on what is broken."""
    if len(data) > MOST_BYTES:
        raise Fault("too_large")
    if data.startswith(OLE):
        raise Fault("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old_word")
    if data[:1024].lstrip().startswith(b"%PDF-"):
        found = _of_pdf(data)
    elif data.startswith(b"PK"):
        found = _of_docx(data)
    else:
        raise Fault("not_a_form")
    blocks: list[list[str]] = []
    characters = 0
    for cells in found:
        cells = [each.strip() for each in cells]
        if not any(cells):
            continue
        characters += sum(map(len, cells))
        if characters > MOST_CHARACTERS or len(blocks) >= MOST_BLOCKS:
            raise Fault("too_much_text")
        blocks.append(cells)
    if not blocks:
        raise Fault("no_text")
    return blocks


# PDF


def _of_pdf(data: bytes) -> Iterator[list[str]]:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Fault("encrypted")
    try:
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise Fault("too_many_pages")
        for page in reader.pages:
            for line in page.extract_text().splitlines():
                yield [line]
    except FileNotDecryptedError as error:
        raise Fault("encrypted") from error


# .docx


def _of_docx(data: bytes) -> Iterator[list[str]]:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise Fault("unpacks_too_large")
        names = {part.filename: part for part in parts}
        if "xl/workbook.xml" in names:
            raise Fault("spreadsheet")
        text = names.get("word/document.xml") or names.get("word/document2.xml")
        if text is None:
            raise Fault("not_a_form")
        if text.flag_bits & 1:
            raise Fault("encrypted")
        if text.file_size > MOST_XML:
            raise Fault("unpacks_too_large")
        with archive.open(text) as part:
            xml = part.read(MOST_XML + 1)
    if len(xml) > MOST_XML:
        raise Fault("unpacks_too_large")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Fault("damaged")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    body = etree.fromstring(xml, parser).find(f"{W}body")
    if body is None:
        raise Fault("not_a_form")
    yield from _rows(body, 0)


def _rows(parent: Any, depth: int) -> Iterator[list[str]]:
    """Paragraphs and the rows of tables in their order; a content control is looked through."""
    if depth > DEEPEST:
        raise Fault("damaged")
    for child in parent:
        if child.tag == f"{W}p":
            for line in _text(child).split("\n"):
                yield [line]
        elif child.tag == f"{W}tbl":
            for row in child.iter(f"{W}tr"):
                if _table_of(row) is child:
                    yield from _row(row, depth)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}smartTag", f"{W}customXml"):
            yield from _rows(child, depth + 1)


def _row(row: Any, depth: int) -> Iterator[list[str]]:
    """A cell that continues the one above it is empty; a table inside a cell follows the row."""
    cells, inside = [], []
    for cell in row.iter(f"{W}tc"):
        if _row_of(cell) is not row:
            continue
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        continues = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        paragraphs = [_text(each) for each in cell.iter(f"{W}p") if _cell_of(each) is cell]
        cells.append("" if continues else "\n".join(paragraphs))
        inside += [table for table in cell.iter(f"{W}tbl") if _cell_of(table) is cell]
    yield cells
    for table in inside:
        if depth + 1 > DEEPEST:
            raise Fault("damaged")
        for nested in table.iter(f"{W}tr"):
            if _table_of(nested) is table:
                yield from _row(nested, depth + 1)


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(f"{W}tbl"), None)


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(f"{W}tr"), None)


def _cell_of(element: Any) -> Any:
    return next(element.iterancestors(f"{W}tc"), None)


def _text(paragraph: Any) -> str:
    """What a reader sees in a paragraph, boxes included; without what was deleted in a tracked change."""
    pieces: list[str] = []
    for element in paragraph.iter():
        tag = element.tag
        if tag == f"{W}t":
            pieces.append(element.text or "")
        elif tag == f"{W}tab":
            pieces.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif tag == f"{W}sym":
            pieces.append(_symbol(element))
        elif tag == f"{W}checkBox":
            pieces.append(TICKED if _is_checked(element) else EMPTY)
    return "".join(pieces)


def _symbol(element: Any) -> str:
    code = int(element.get(f"{W}char", "0"), 16) & 0xFF
    return SYMBOLS.get((element.get(f"{W}font", "").lower(), code), "")


def _is_checked(box: Any) -> bool:
    """Of an old form field: ticked by whoever filled it in, else as it is by default."""
    state = box.find(f"{W}checked")
    if state is None:
        state = box.find(f"{W}default")
    return state is not None and state.get(f"{W}val", "1") not in ("0", "false", "off")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer: dict[str, Any] = {"blocks": blocks_of(sys.stdin.buffer.read(MOST_BYTES + 1))}
    except Fault as fault:
        answer = {"fault": fault.code}
    except MemoryError:
        answer = {"fault": "too_demanding"}
    except Exception as error:  # a broken file makes the libraries raise whatever they like
        answer = {"fault": "damaged", "error": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
