"""Word templates that the bureau may replace: .docx files with places such as `{{ party_a }}`, filled in a sandbox."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from flask_babel import gettext
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from matchmaker.attachments.content import media_type_in
from matchmaker.settings import ROOT, Settings

FILTERS = ("default", "d", "e", "escape", "length", "count", "trim")
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Picture = Callable[[bytes], Any]
"""Makes of a PNG what a place is filled with."""


class BadTemplate(Exception):
    """What was uploaded cannot be a template."""


class NotWord(BadTemplate):
    """It is no .docx file, or too large a one."""


class UnknownPlaces(BadTemplate):
    """It has places that nothing fills; carries their names."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class BrokenPlaces(BadTemplate):
    """A place is written wrongly; carries what Jinja says of it."""


def refusal(bad: BadTemplate) -> str:
    """Why an uploaded file cannot be a template, in the reader's language."""
    if isinstance(bad, UnknownPlaces):
        names = "、".join(bad.names)
        return str(gettext("模板里有系统不认识的占位符：%(names)s。可用的占位符见下表。", names=names))
    if isinstance(bad, BrokenPlaces):
        return str(gettext("模板里的占位符写得不对：%(error)s。", error=str(bad)))
    return str(gettext("这不是能打开的 .docx 文件，或者超过了 2 MB。请用 Word 另存为 .docx 再传。"))


@dataclass(frozen=True)
class Standing:
    """Which template is used."""

    own: bool
    """The bureau's; else the one that the service comes with."""


@dataclass(frozen=True)
class WordTemplate:
    """`file` is that of seed_data; `sample` fills every place, to try an uploaded one with."""

    file: str
    sample: Mapping[str, Any]

    def standing(self, settings: Settings) -> Standing:
        return Standing(self._own(settings).is_file())

    def data(self, settings: Settings) -> bytes:
        """The .docx in use."""
        own = self._own(settings)
        return (own if own.is_file() else ROOT / "seed_data" / self.file).read_bytes()

    def replace(self, settings: Settings, data: bytes) -> None:
        """Raises NotWord, UnknownPlaces, BrokenPlaces."""
        self._check(data)
        path = self._own(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.new")
        beside.write_bytes(data)
        beside.replace(path)

    def restore(self, settings: Settings) -> bool:
        """Back to the one that the service comes with; False: it was in use already."""
        own = self._own(settings)
        if not own.is_file():
            return False
        own.unlink()
        return True

    def filled(self, settings: Settings, words: Callable[[Picture], Mapping[str, Any]]) -> bytes:
        """The template in use with its places filled; `words` makes pictures with what it is given."""
        return _rendered(self.data(settings), words)

    def _own(self, settings: Settings) -> Path:
        return settings.data_dir / "templates" / self.file

    def _check(self, data: bytes) -> None:
        _check_file(data)
        try:
            unknown = DocxTemplate(io.BytesIO(data)).get_undeclared_template_variables(_environment())
            if unknown - set(self.sample):
                raise UnknownPlaces(sorted(unknown - set(self.sample)))
            _rendered(data, lambda picture: self.sample)
        except TemplateError as error:
            raise BrokenPlaces(str(error)) from error
        except BadTemplate:
            raise
        except Exception as error:  # Word's XML may be broken in ways that python-docx and lxml each have their own error for
            raise NotWord from error


def _check_file(data: bytes) -> None:
    if len(data) > MOST_BYTES or media_type_in(io.BytesIO(data), "docx") is None:
        raise NotWord
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise NotWord


def _rendered(data: bytes, words: Callable[[Picture], Mapping[str, Any]]) -> bytes:
    document = DocxTemplate(io.BytesIO(data))
    filled = words(lambda png: InlineImage(document, io.BytesIO(png), width=Mm(150)))
    document.render(dict(filled), _environment(), autoescape=True)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Places(SandboxedEnvironment):
    """Places, conditions and loops; nothing that could make a text grow or a rendering last."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(operator)

    def call(self, *given: Any, **named: Any) -> Any:
        raise SecurityError("()")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)


def _environment() -> SandboxedEnvironment:
    environment = _Places(autoescape=True)
    environment.globals = {}
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment
