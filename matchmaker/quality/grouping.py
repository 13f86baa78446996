"""Groups of problems to measure apart: by a column of their file, or by the field that their words are nearest to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from matchmaker.engine import Encoder
from matchmaker.engine.runs import read_documents
from matchmaker.vocabulary.service import VOCABULARY_FILE

FIELD = "field"
LONGEST_TEXT = 300
"""Characters of a problem's text that its field is read from, after the title."""


def by_column(problems: Path, column: str) -> dict[str, str] | None:
    """What each problem of the file has in the column; empty where it has nothing, None if no problem has any.

    Raises BadLine, OSError.
    """
    found: dict[str, str] = {name: "" for name, _ in read_documents(problems, "problem")}
    with open(problems, encoding="utf-8-sig") as file:
        for line in filter(str.strip, file):
            given: Mapping[str, Any] = json.loads(line)
            value = given.get(column)
            if isinstance(value, str | int):
                found[str(given["id"]).strip()] = str(value)
    return found if any(found.values()) else None


def by_inferred_field(problems: Path, encoder: Encoder) -> dict[str, str]:
    """The code of the field that each problem is nearest to in meaning. Raises BadLine, OSError.

    Right for about 6 in 10 of the sample problems: enough to see where a ranking is weak, not to label anything.
    """
    listed = yaml.safe_load(VOCABULARY_FILE.read_text("utf-8"))
    fields = field_names(listed)
    codes = [code for code, second in listed["subfield"].items() for _ in second]
    names = [
        f"{fields[code]}：{labels[0]}" for code, second in listed["subfield"].items() for labels in second
    ]
    documents = list(read_documents(problems, "problem"))
    titles = [document.title for _, document in documents]
    texts = [
        "\n".join([document.title, *(passage.text[:LONGEST_TEXT] for passage in document.passages)])
        for _, document in documents
    ]
    meant = encoder.encode_queries(titles) + encoder.encode_queries(texts)
    named = encoder.encode_passages(names)
    nearest: Sequence[int] = (meant @ named.T).argmax(axis=1)
    return {name: codes[place] for (name, _), place in zip(documents, nearest, strict=True)}


def field_names(listed: Mapping[str, Any] | None = None, english: bool = False) -> dict[str, str]:
    """Labels of the fields by code, from the vocabulary's file: commands that rank files ask no database."""
    listed = listed or yaml.safe_load(VOCABULARY_FILE.read_text("utf-8"))
    return {code: labels[int(english)] for code, labels in listed["field"].items()}
