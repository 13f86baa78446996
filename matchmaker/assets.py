"""Takes the front-end files out of their wheels into static/vendor, each checked against its recorded digest.

    python -m matchmaker.assets build/assets

The wheels are fetched by hash (requirements-assets.txt) and never installed. Nothing third-party is committed.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent / "static" / "vendor"


@dataclass(frozen=True)
class Asset:
    wheel: str
    member: str
    target: str
    sha256: str


_BOOTSTRAP = "flask_bootstrap/static/bootstrap5/"
ASSETS = (
    Asset(
        "bootstrap_flask",
        _BOOTSTRAP + "css/bootstrap.min.css",
        "bootstrap.min.css",
        "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    ),
    Asset(
        "bootstrap_flask",
        _BOOTSTRAP + "js/bootstrap.min.js",
        "bootstrap.min.js",
        "7b0f14895d69247fd88e93840489cfd47c55bd3fd27eb0a6c12a14cc5f492207",
    ),
    Asset(
        "bootstrap_flask",
        _BOOTSTRAP + "umd/popper.min.js",
        "popper.min.js",
        "ef9d782294421522458e434c973a266b8be6544e0919a51810933db18aba3987",
    ),
    Asset(
        "bootstrap_flask",
        _BOOTSTRAP + "css/font/bootstrap-icons.min.css",
        "bootstrap-icons.min.css",
        "a5d6387a32ca3baec4d02336b5b3edab50c9dd518355576a011ea3dd9c1d884e",
    ),
    Asset(
        "bootstrap_flask",
        _BOOTSTRAP + "css/font/fonts/bootstrap-icons.woff2",
        "fonts/bootstrap-icons.woff2",
        "6c75710364a1ca5604267716f6d28997b26319fdb078cf11e0b42ab66ff2ea61",
    ),
    Asset(
        "django_htmx",
        "django_htmx/static/django_htmx/htmx-2.min.js",
        "htmx.min.js",
        "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    ),
    Asset(
        "instaui_echarts",
        "instaui_echarts/static/echarts.esm.min.js",
        "echarts.esm.min.js",
        "28515f26aa57f87eb1e4ed4eb446927eaf329b5f5e02b4bfd4b0264fea40d1da",
    ),
)


class BrokenAsset(Exception):
    """A wheel is missing, or a file in it is not the recorded one; the message names it."""


def unpack(wheels: Path, target: Path = VENDOR) -> int:
    """Write what is missing or differs; returns how many files. Raises BrokenAsset."""
    written = 0
    for asset in ASSETS:
        path = target / asset.target
        if path.is_file() and _digest(path.read_bytes()) == asset.sha256:
            continue
        found = sorted(wheels.glob(asset.wheel + "-*.whl"))
        if not found:
            raise BrokenAsset(f"no {asset.wheel} wheel in {wheels}: run `make assets`")
        with zipfile.ZipFile(found[-1]) as wheel:
            data = wheel.read(asset.member)
        if _digest(data) != asset.sha256:
            raise BrokenAsset(f"{asset.member} in {found[-1].name} is not the recorded file")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += 1
    return written


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        written = unpack(Path(arguments[0]))
    except (BrokenAsset, OSError, KeyError, zipfile.BadZipFile) as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    print(f"assets: {written} files written, {len(ASSETS) - written} already there")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
