"""Sealing anew: every text and file under the newest key, and keys forgotten that nothing needs.

Each step is a transaction of its own and leaves everything readable, so that it can be stopped anywhere and run again:
a new key is on the disk before anything is sealed with it, a file is sealed under another name before its row says
so, and a key goes last, under the lock that every writer takes before it seals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from matchmaker.attachments.storage import Storage, keep_if_committed
from matchmaker.confidential_keys import FILE_HEAD, Key, KeyRing
from matchmaker.database import Database, take_serial_lock
from matchmaker.settings import Settings
from models.sealed import IN_REVISIONS, SEALED

BATCH = 100
PROBLEM = sa.table(
    "problem",
    sa.column("id", sa.Integer),
    sa.column("confidential", sa.Text),
    sa.column("version", sa.Integer),
)
WEBHOOK = sa.table(
    "webhook",
    sa.column("id", sa.Integer),
    sa.column("url", sa.Text),
    sa.column("signing_secret", sa.Text),
)
REVISION = sa.table("revision", sa.column("id", sa.Integer), sa.column("data", sa.JSON))
ATTACHMENT = sa.table(
    "attachment",
    sa.column("id", sa.Integer),
    sa.column("stored_as", sa.String),
    sa.column("confidential", sa.Boolean),
    sa.column("key_id", sa.String),
    sa.column("sha256", sa.String),
)
TEXTS = {
    # Columns of texts that are sealed each by itself.
    "problem.confidential": PROBLEM,
    "webhook.url": WEBHOOK,
    "webhook.signing_secret": WEBHOOK,
}
BYTES = {
    # Columns of bytes that are sealed as files are.
    f"{table}.{column}": sa.table(table, sa.column("id", sa.Integer), sa.column(column, sa.LargeBinary))
    for table, column in (
        ("proposal", "draft"),
        ("proposal", "sealed"),
        ("proposal_file", "content"),
        ("job_file", "content"),
        ("spreadsheet_import", "content"),
        ("import_row", "content"),
    )
}
Progress = Callable[[int, int], None]
log = structlog.get_logger()


@dataclass(frozen=True)
class Rotated:
    """What was done: the key that seals now, how much was sealed with it, what could not be opened, keys forgotten."""

    key: str
    is_new: bool
    texts: int
    files: int
    unreadable: int
    dropped: int
    useless: int
    """Older keys that nothing needs any more, and that only the setting can take away."""
    needed: int
    """Older keys that something still needs."""


@dataclass(frozen=True)
class Place:
    """Where the work is done."""

    database: Database
    keys: KeyRing
    settings: Settings


def rotate(place: Place, show: Progress, anyway: bool = False) -> Rotated:
    """Finish what was begun, or make a new key and seal everything with it. Raises NoKey.

    It was begun where there is more than one key; `anyway` makes another one nonetheless.
    """
    place.keys.newest()
    is_new = not place.keys.is_given and (anyway or len(place.keys.held()) == 1)
    if is_new:
        with place.database.session() as session:
            take_serial_lock(session)
            place.keys.add()
    newest = place.keys.newest()
    changed = {"texts": 0, "files": 0, "unreadable": 0}
    work = [(kind, id) for kind, ids in _waiting(place, newest).items() for id in ids]
    for done, (what, was_sealed) in enumerate(_seal(place, newest, work), 1):
        changed[what if was_sealed else "unreadable"] += 1
        show(done, len(work))
    dropped, useless, needed = _drop(place)
    log.info("confidential.rotated", key=newest.id, **changed, dropped=dropped)
    return Rotated(newest.id, is_new, **changed, dropped=dropped, useless=useless, needed=needed)


def seal_open_files(place: Place, show: Progress) -> int:
    """Seal confidential files that were stored before files were sealed; returns how many. Can be stopped and repeated."""
    with place.database.session(write=False) as session:
        waiting = list(
            session.scalars(
                sa.select(ATTACHMENT.c.id).where(ATTACHMENT.c.confidential, ATTACHMENT.c.key_id.is_(None))
            )
        )
    for done, id in enumerate(waiting, 1):
        _seal_file(place, id)
        show(done, len(waiting))
    return len(waiting)


def _waiting(place: Place, newest: Key) -> dict[str, list[int]]:
    """Ids of what is not sealed with the newest key."""
    with place.database.session(write=False) as session:
        return {
            **{
                kind: [
                    id
                    for id, sealed in _texts(session, kind)
                    if not sealed.startswith(f"{SEALED}{newest.id}:")
                ]
                for kind in TEXTS
            },
            "revision": [
                id for id, sealed in _revisions(session) if not sealed.startswith(f"{SEALED}{newest.id}:")
            ],
            "file": list(
                session.scalars(
                    sa.select(ATTACHMENT.c.id)
                    .where(
                        ATTACHMENT.c.confidential,
                        ATTACHMENT.c.key_id.is_distinct_from(newest.id),
                    )
                    .order_by(ATTACHMENT.c.id)
                )
            ),
            **{kind: [id for id, key_id in _bytes(session, kind) if key_id != newest.id] for kind in BYTES},
        }


def _texts(session: Session, kind: str) -> Iterator[tuple[int, str]]:
    """(id, what is stored) of a column's texts."""
    table = TEXTS[kind]
    column = table.c[kind.partition(".")[2]]
    for row in session.execute(sa.select(table.c.id, column).where(column != "").order_by(table.c.id)):
        yield row[0], row[1]


def _revisions(session: Session) -> Iterator[tuple[int, str]]:
    """Those that hold something confidential."""
    held = sa.cast(REVISION.c.data, sa.Text).like(f'%"{IN_REVISIONS}": "{SEALED}%')
    for row in session.execute(sa.select(REVISION).where(held).order_by(REVISION.c.id)):
        sealed = row.data.get(IN_REVISIONS) if isinstance(row.data, dict) else None
        if isinstance(sealed, str) and sealed:
            yield row.id, sealed


def _bytes(session: Session, kind: str) -> list[tuple[int, str]]:
    """(id, identifier of the key) of what a column holds sealed."""
    column = BYTES[kind].c[kind.partition(".")[2]]
    end = len(FILE_HEAD) + 9
    wanted = sa.select(BYTES[kind].c.id, sa.func.substr(column, 1, end)).where(column.is_not(None))
    rows = [(row[0], bytes(row[1])) for row in session.execute(wanted.order_by(BYTES[kind].c.id))]
    return [
        (id, head[len(FILE_HEAD) : -1].decode("ascii", "replace"))
        for id, head in rows
        if head.startswith(FILE_HEAD)
    ]


def _seal(place: Place, newest: Key, work: list[tuple[str, int]]) -> Iterator[tuple[str, bool]]:
    """("texts" or "files", whether it could be opened), after each is committed."""
    texts = [each for each in work if each[0] in TEXTS or each[0] == "revision"]
    for start in range(0, len(texts), BATCH):
        with place.database.session() as session:
            take_serial_lock(session)
            sealed = [_seal_text(session, place.keys, *each) for each in texts[start : start + BATCH]]
        yield from (("texts", each) for each in sealed)
    for kind, id in work:
        if kind == "file":
            yield "files", _seal_file(place, id)
        elif kind in BYTES:
            yield "files", _seal_bytes(place, kind, id)


def _seal_text(session: Session, keys: KeyRing, kind: str, id: int) -> bool:
    """Past the classes: the text is the same, and nobody who is editing it need be told of another version."""
    is_text = kind in TEXTS
    table = TEXTS[kind] if is_text else REVISION
    column = table.c[kind.partition(".")[2]] if is_text else REVISION.c.data
    stored: Any = session.scalar(sa.select(column).where(table.c.id == id))
    sealed = stored if is_text else (stored or {}).get(IN_REVISIONS)
    if not sealed:
        return True  # emptied or gone since
    text = keys.open(sealed)
    if text is None:
        return False
    anew = keys.seal(text)
    value = anew if is_text else {**stored, IN_REVISIONS: anew}
    session.execute(sa.update(table).where(table.c.id == id).values({column.name: value}))
    return True


def _seal_file(place: Place, id: int) -> bool:
    """Under another name; the old bytes go once the row is committed, and what is left behind by sweep-files."""
    storage = Storage(place.settings.data_dir)
    with place.database.session() as session:
        take_serial_lock(session)
        row = session.execute(sa.select(ATTACHMENT).where(ATTACHMENT.c.id == id)).one_or_none()
        if row is None or not storage.path(row.stored_as).is_file():
            return True  # its bytes are gone: there is nothing to seal
        data = place.keys.open_file(storage.path(row.stored_as).read_bytes())
        if data is None:
            return False
        sealed, key_id = place.keys.seal_file(data)
        new = {"stored_as": storage.keep(sealed), "key_id": key_id, "sha256": ""}
        keep_if_committed(session, storage.path(new["stored_as"]))
        session.execute(sa.update(ATTACHMENT).where(ATTACHMENT.c.id == id).values(new))
    storage.delete(row.stored_as)
    return True


def _seal_bytes(place: Place, kind: str, id: int) -> bool:
    """Past the classes, as texts are."""
    table, name = BYTES[kind], kind.partition(".")[2]
    with place.database.session() as session:
        take_serial_lock(session)
        stored = session.scalar(sa.select(table.c[name]).where(table.c.id == id))
        if stored is None:
            return True
        data = place.keys.open_file(bytes(stored))
        if data is None:
            return False
        sealed, _key = place.keys.seal_file(data)
        session.execute(sa.update(table).where(table.c.id == id).values({name: sealed}))
    return True


def _needed(session: Session, storage: Storage) -> set[str]:
    """Identifiers of the keys with which something is sealed."""
    sealed_texts = (*(_texts(session, kind) for kind in TEXTS), _revisions(session))
    texts = [sealed for found in sealed_texts for _, sealed in found]
    files = session.execute(
        sa.select(ATTACHMENT.c.stored_as, ATTACHMENT.c.key_id).where(ATTACHMENT.c.key_id.is_not(None))
    )
    return (
        {sealed.split(":", 2)[1] for sealed in texts}
        | {row.key_id for row in files if storage.path(row.stored_as).is_file()}
        | {key_id for kind in BYTES for _, key_id in _bytes(session, kind)}
    )


def _drop(place: Place) -> tuple[int, int, int]:
    """As in Rotated: dropped, useless, needed. While the lock is held nobody seals anything."""
    with place.database.session() as session:
        take_serial_lock(session)
        older = [key.id for key in place.keys.held()[1:]]
        needed = _needed(session, Storage(place.settings.data_dir))
        useless = [each for each in older if each not in needed]
        if place.keys.is_given:
            return 0, len(useless), len(older) - len(useless)
        if useless:
            place.keys.drop(useless)
        return len(useless), 0, len(older) - len(useless)
