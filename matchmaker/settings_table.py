"""The settings as a table for people: what docs/operations.md holds and `flask settings` prints."""

from __future__ import annotations

import ast
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

from matchmaker import settings
from matchmaker.settings import ROOT, Settings


def table() -> str:
    """A Markdown table: environment variable, default, meaning."""
    meanings = _meanings()
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for each in fields(Settings):
        default = each.default.relative_to(ROOT) if isinstance(each.default, Path) else each.default
        shown = f"`{default}`" if default != "" else ""
        lines.append(f"| `{settings.variable(each.name)}` | {shown} | {meanings.get(each.name, '')} |")
    return "\n".join(lines)


def _meanings() -> dict[str, str]:
    """The string under each field, which Python itself throws away."""
    module = ast.parse(Path(settings.__file__).read_text("utf-8"))
    body = next(
        node for node in module.body if isinstance(node, ast.ClassDef) and node.name == "Settings"
    ).body
    found = {}
    for field, below in pairwise(body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return found
