"""A document's text, from an uploaded file or from what was pasted: rows of cells, in their order.

Files are taken apart by a process of its own (`extracting`), which is ended when it takes too long.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

import structlog

from matchmaker.survey_forms.extracting import MOST_BLOCKS, MOST_BYTES, MOST_CHARACTERS

PATIENCE = 20.0
"""Seconds for one document, waiting for a busy machine included; its share of the processor is bounded by itself."""
AT_ONCE = 2
"""Documents that one process of the server has taken apart at the same time."""
EXTRACTING = Path(__file__).with_name("extracting.py")

log = structlog.get_logger()
_places = BoundedSemaphore(AT_ONCE)


class BadDocument(Exception):
    """It cannot be read; `code` is worded by wording.FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Document:
    """`blocks` are rows of cells, a line of text is a row of one. `wrapped`: lines end where a column ends, as in a PDF."""

    blocks: list[list[str]]
    wrapped: bool = False


def of_file(data: bytes) -> Document:
    """Of a .docx or PDF file, whatever it is called. Raises BadDocument."""
    if not data:
        raise BadDocument("empty")
    if len(data) > MOST_BYTES:
        raise BadDocument("too_large")
    if not _places.acquire(timeout=PATIENCE):
        raise BadDocument("busy")
    try:
        return Document(_taken_apart(data), wrapped=b"%PDF-" in data[:1024])
    finally:
        _places.release()


def of_text(text: str) -> Document:
    """Of pasted text: a table pasted from Word or a spreadsheet has tabs between its cells. Raises BadDocument."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    if not text.strip():
        raise BadDocument("empty")
    rows = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n") if line.strip()]
    if len(text) > MOST_CHARACTERS or len(rows) > MOST_BLOCKS:
        raise BadDocument("too_much_text")
    return Document(rows)


def _taken_apart(data: bytes) -> list[list[str]]:
    command = [sys.executable, "-I", str(EXTRACTING)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise BadDocument("too_demanding") from None
    if done.returncode != 0:
        log.warning("document.refused", code=done.returncode)
        raise BadDocument("too_demanding")
    answer = json.loads(done.stdout)
    if "fault" in answer:
        log.info("document.refused", fault=answer["fault"], error=answer.get("error", ""))
        raise BadDocument(answer["fault"])
    return [[str(cell) for cell in cells] for cells in answer["blocks"]]
