"""Every setting once: its name in the environment, its type, its default and its meaning."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = ("database_url", "secret_key")
"""Settings whose variable has no prefix: other programs call them so too."""


class BadSetting(Exception):
    """An environment variable cannot be read as what it should be; carries its name."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value!r}: should be {wanted}")
        self.name = name


@dataclass(frozen=True)
class Settings:
    """Read with `Settings.from_environment()`. Each field is MATCHMAKER_<NAME>, but for DATABASE_URL and SECRET_KEY."""

    data_dir: Path = ROOT / "var"
    """Database, model, attachments, mail file, secret key. Back this folder up."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in data_dir. PostgreSQL: postgresql+psycopg://user:password@host/name."""
    secret_key: str = field(default="", repr=False)
    """Signs sessions and links; empty: made once and kept in data_dir/secret_key."""
    confidential_keys: str = field(default="", repr=False)
    """Seal confidential details and files: 32 bytes in base64 each, the newest first; empty: data_dir/confidential_key."""
    model: str = ""
    """Embedding model: empty for the bundled one in data_dir/model, a sentence-transformers folder, or a hub name."""
    city: str = "安庆市"
    """The city whose bureau runs the service; stands in page titles."""
    city_en: str = "Anqing"
    """The same in English."""
    base_url: str = ""
    """How people reach the service, which links in mails begin with; empty: http://host:port."""
    mail_url: str = "file"
    """Where mail goes: "file" (data_dir/mail.log), "console", or smtp://user:password@host:port (smtps:// for TLS)."""
    mail_from: str = "matchmaker@localhost"
    """The address that mails come from."""
    worker: bool = True
    """Run the worker, which sends mail and reminds, beside the server; 0 where `flask work` is a service of its own."""
    digest_hour: int = 8
    """Hour of the bureau's day, 0 to 23, from which reminders and the mail of the day are sent."""
    delivery_days: int = 90
    """How long it is remembered what was sent, when and to whom."""
    import_max_mb: int = 20
    """The largest spreadsheet that is taken in to be imported."""
    job_days: int = 7
    """How long a finished job is remembered, with the files that it made and the rows of what was imported."""
    webhook_private: bool = False
    """Organisations' robots may be on the local network, and spoken to without TLS."""
    secure_cookies: bool = False
    """Send the session cookie over https only. Set it behind a TLS proxy."""
    proxies: int = 0
    """How many reverse proxies in front set X-Forwarded-For; 0: none is believed."""
    idle_minutes: int = 60
    """A session ends after so long without a request."""
    password_min_length: int = 10
    """Characters that a password has at least."""
    password_max_days: int = 0
    """Days after which a password must be changed; 0: never."""
    lock_after: int = 5
    """Failed sign-ins in a row that lock an account."""
    lock_minutes: int = 15
    """For how long."""
    sign_in_rate: str = "20 per minute"
    """Sign-in, registration and reset attempts from one address."""
    link_hours: int = 48
    """How long a reset link or an invitation is good for."""
    require_totp: bool = False
    """Staff and administrators must set up a second factor before anything else."""
    attachment_max_mb: int = 20
    """The largest file that may be attached."""
    attachment_max_count: int = 10
    """Files that one problem, capability or record may have."""
    page_size: int = 20
    """Rows of a list on one page."""
    suggestions: int = 10
    """Suggested pairings kept for each problem and each capability."""
    suggestion_floor: float = 0.2
    """Pairings that score lower are not suggested."""
    strong_match: float = 0.5
    """Who wants to be told of strong new suggestions is told of those that score so much."""
    valid_months: int = 12
    """How long a published problem or capability stays up."""
    verify_days: int = 3
    """Working days in which the bureau promises to check a new organisation."""
    workers: int = 1
    """Server processes. Each holds the model and the vectors, and counts attempts to sign in on its own."""
    threads: int = 8
    """Requests that one server process works on at once."""
    host: str = "127.0.0.1"
    """Address that the server listens on; 0.0.0.0 for every one of the machine's."""
    port: int = 8000
    """Port that the server listens on."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Raises BadSetting for a value that cannot be read."""
        environment = os.environ if environment is None else environment
        given: dict[str, object] = {}
        for each in fields(cls):
            name = variable(each.name)
            if name in environment:
                given[each.name] = _read(name, environment[name], str(each.type))
        return cls(**given)  # type: ignore[arg-type]

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'matchmaker.sqlite3'}"

    @property
    def public_url(self) -> str:
        """Without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def encoder(self) -> str:
        return self.model or str(self.data_dir / "model")

    def secret(self) -> str:
        """The signing key; the first call on a machine without one makes it."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text()


def variable(field_name: str) -> str:
    """The environment variable of a setting."""
    return field_name.upper() if field_name in BARE else f"MATCHMAKER_{field_name.upper()}"


def _read(name: str, value: str, kind: str) -> object:
    try:
        if kind == "bool":
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                value.lower()
            ]
        return {"str": str, "int": int, "float": float, "Path": Path}[kind](value)
    except (KeyError, ValueError):
        raise BadSetting(name, value, kind) from None
