"""A temporary installation for measurements: migrated, with a bureau, an enterprise and a person of each."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matchmaker import schema
from matchmaker.database import Database
from matchmaker.settings import ROOT, Settings
from matchmaker.vocabulary.service import load
from models import Organisation, OrganisationKind, Role, User, Verification

CODES = {OrganisationKind.BUREAU: "11340800MB0000001F", OrganisationKind.ENTERPRISE: "91340800MA0000002W"}


@dataclass(frozen=True)
class Installation:
    settings: Settings
    database: Database

    def flask(self, *arguments: str) -> str:
        """Run a command as the operator would; returns what it printed."""
        environment = dict(
            os.environ,
            MATCHMAKER_DATA_DIR=str(self.settings.data_dir),
            DATABASE_URL=self.settings.database,
            MATCHMAKER_MODEL=self.settings.encoder,
        )
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE, stderr=None
        )
        return done.stdout.strip()


@contextmanager
def installation() -> Iterator[Installation]:
    """Gone with its data at the end."""
    model = Settings.from_environment().encoder
    with tempfile.TemporaryDirectory(prefix="matchmaker-bench-") as folder:
        settings = Settings(
            data_dir=Path(folder), secret_key="benchmark", model=model, sign_in_rate="10000 per minute"
        )
        database = Database.of(settings)
        schema.upgrade(database.engine)
        with database.session() as session:
            load(session)
            for kind, role in (
                (OrganisationKind.BUREAU, Role.STAFF),
                (OrganisationKind.ENTERPRISE, Role.ENTERPRISE),
            ):
                of = Organisation(
                    kind=kind,
                    name=f"测量用{kind.value}",
                    code=CODES[kind],
                    county="340811",
                    industry="C36",
                    status=Verification.VERIFIED,
                    contact_name="科技部",
                )
                session.add(
                    User(
                        organisation=of,
                        role=role,
                        name=kind.value,
                        email=f"{kind.value}@example.com",
                        password_hash="none",
                    )
                )
        try:
            yield Installation(settings, database)
        finally:
            database.engine.dispose()
