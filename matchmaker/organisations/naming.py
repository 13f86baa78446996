"""One spelling for one name and one code, however they were typed."""

from __future__ import annotations

import re
import unicodedata


def plain_name(value: str | None) -> str | None:
    """One spelling for one name: no blanks in Chinese, brackets of full width."""
    if not value:
        return value
    name = re.sub(r"\s+", " ", value)
    name = re.sub(r"(?<=[\u3400-\u9fff（）()]) | (?=[\u3400-\u9fff（）()])", "", name)
    if re.search(r"[\u3400-\u9fff]", name):
        name = name.replace("(", "（").replace(")", "）")
    return name


def plain_code(value: str | None) -> str | None:
    """Capital letters, no blanks or hyphens, nothing of full width."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", value)).upper() if value else value
