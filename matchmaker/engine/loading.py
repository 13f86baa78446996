"""The encoders of a process by version: found where the database or the setting says, loaded once, on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from matchmaker.engine.encoder import (
    BUNDLED,
    Encoder,
    LazyEncoder,
    ModelMissing,
    VersionMissing,
    load_encoder,
)
from matchmaker.engine.model_folder import DECISIONS, MODELS, read_stamp
from models.indexing import EncoderOrigin


class Encoders:
    """Thread safe. `home` is the data folder, which relative folders are looked for in."""

    def __init__(
        self, configured: str, home: Path | None, loader: Callable[[str], Encoder] = load_encoder
    ) -> None:
        self.configured = LazyEncoder(configured, loader)
        self._setting = configured
        self._home = home
        self._loader = loader
        self._lock = threading.Lock()
        self._found: dict[str, LazyEncoder] = {}

    def load(self, version: str, setting: str) -> Encoder:
        """The encoder of a version, `setting` being where it was last. Raises VersionMissing."""
        encoder = self._find(version, setting).load()
        if encoder.version != version:  # its folder was replaced since we looked
            with self._lock:
                self._found.pop(version, None)
            raise VersionMissing(version, setting)
        return encoder

    def folder(self, version: str, setting: str) -> Path:
        """Where a version's model lies; of one from a hub, a path that is no folder. Raises VersionMissing."""
        return self._find(version, setting).folder

    def keep_only(self, version: str) -> None:
        """Free the memory of every other version; one that is wanted again is loaded again."""
        with self._lock:
            for other in [each for each in self._found if each != version]:
                self._found.pop(other).release()

    def of_setting(self, setting: str) -> LazyEncoder:
        """Raises ModelMissing on use."""
        resolved = self._resolved(setting)
        return self.configured if resolved == self._setting else LazyEncoder(resolved, self._loader)

    def offered(self, name: str) -> str:
        """The setting of a model that somebody names: a folder, one among the models, or a hub name.

        Raises ModelMissing for a plain word that is none of these: no hub is asked for it.
        """
        if self._home is not None and (self._home / MODELS / name).is_dir():
            return str(self._home / MODELS / name)
        if Path(name.removeprefix(BUNDLED)).is_dir():
            return str(Path(name).absolute()) if not name.startswith(BUNDLED) else name
        if "/" not in name.strip("/"):
            raise ModelMissing(name, "neither a version that was registered nor a folder")
        return name

    def kept_as(self, setting: str) -> str:
        """How a setting is kept in the database: a folder in the data folder, which may move, begins with "./"."""
        folder = Path(setting.removeprefix(BUNDLED))
        if self._home is not None and folder.is_absolute():
            try:
                return f"./{folder.resolve().relative_to(self._home.resolve())}"
            except ValueError:
                return setting
        return setting

    def figures_of(self, setting: str) -> dict[str, Any]:
        """What a trained model's folder says of how good it was found to be, and of the decisions it learnt from."""
        stamp = self._stamp(setting)
        figures = stamp.get("figures")
        found = dict(figures) if isinstance(figures, dict) else {}
        return found | ({DECISIONS: stamp[DECISIONS]} if DECISIONS in stamp else {})

    def origin_of(self, setting: str) -> EncoderOrigin:
        """A folder that names the model it came from was trained; else the bundled model, or one that was set."""
        if "base" in self._stamp(setting):
            return EncoderOrigin.TRAINED
        bundled = setting.startswith(BUNDLED) or self.kept_as(setting) == "./model"
        return EncoderOrigin.BUNDLED if bundled else EncoderOrigin.SETTING

    def _stamp(self, setting: str) -> dict[str, Any]:
        stamp = read_stamp(Path(self._resolved(setting).removeprefix(BUNDLED)))
        return stamp if isinstance(stamp, dict) else {}

    def _find(self, version: str, setting: str) -> LazyEncoder:
        found = self._found.get(version)
        if found is None:
            with self._lock:
                found = self._found.get(version) or self._look_for(version, setting)
                self._found[version] = found
        return found

    def _look_for(self, version: str, setting: str) -> LazyEncoder:
        for candidate in self._candidates(version, setting):
            try:
                if candidate.version == version:
                    return candidate
            except ModelMissing:
                continue
        raise VersionMissing(version, setting)

    def _candidates(self, version: str, setting: str) -> Iterator[LazyEncoder]:
        if setting:
            yield self.of_setting(setting)
        yield self.configured
        if self._home is not None and (self._home / MODELS / version).is_dir():
            yield LazyEncoder(str(self._home / MODELS / version), self._loader)

    def _resolved(self, setting: str) -> str:
        """The inverse of `kept_as`; anything else as it is."""
        if self._home is not None and setting.startswith("./") and (self._home / setting).is_dir():
            return str(self._home / setting)
        return setting
