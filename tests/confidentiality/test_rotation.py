"""A new key: everything is sealed with it, the old one goes last, and being stopped anywhere loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from matchmaker.attachments import service as attachments
from matchmaker.confidential_keys import KeyRing
from matchmaker.confidentiality import rotation
from matchmaker.confidentiality.rotation import Place, Rotated, rotate
from matchmaker.database import Database
from matchmaker.problems import service as problems
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Attachment, PayloadFormat, Problem, Revision, User, Webhook
from tests.attachments import samples
from tests.attachments.samples import file
from tests.commands.conftest import Run, run
from tests.confidentiality.conftest import SECRET

__all__ = ["run"]


@pytest.fixture
def place(work: Work, people: dict[str, User], problem: Problem, settings: Settings, keys: KeyRing) -> Place:
    """Two texts, an earlier one and two files, all sealed with one key."""
    owner = work.as_actor(people["enterprise"])
    problems.save(owner, problem, {"confidential": SECRET + "。"}, problem.version)
    for _ in range(2):
        attachments.attach(owner, problem, file(), confidential=True)
    work.session.commit()
    return Place(Database.of(settings), keys, settings)


def quietly(done: int, total: int) -> None:
    """Nobody looks on."""


def readable(work: Work, people: dict[str, User]) -> list[object]:
    """Every text and file, as its owner reads it."""
    session = work.session
    session.rollback()
    session.expire_all()
    owner = work.as_actor(people["enterprise"])
    opened = [attachments.open_traced(owner, id)[1] for id in session.scalars(select(Attachment.id)).all()]
    session.rollback()
    found: list[object] = [
        session.query(Problem).one().confidential,
        session.query(Revision).one().data["confidential"],
        *(each.read() for each in opened if not isinstance(each, Path)),
    ]
    session.rollback()  # others write now
    return found


ALL = [SECRET + "。", SECRET, samples.PDF, samples.PDF]


def test_all_is_sealed_with_the_new_key_and_the_old_one_is_gone(
    place: Place, work: Work, people: dict[str, User], keys: KeyRing
) -> None:
    (old,) = keys.held()
    done = rotate(place, quietly)
    assert done == Rotated(
        keys.newest().id, True, texts=2, files=2, unreadable=0, dropped=1, useless=0, needed=0
    )
    assert [key.id for key in keys.held()] == [done.key] != [old.id]
    assert readable(work, people) == ALL


def test_a_robots_address_and_secret_are_sealed_with_the_new_key(
    place: Place, work: Work, people: dict[str, User]
) -> None:
    robot = Webhook(
        organisation=people["enterprise"].organisation,
        url="https://robot.example.com/1",
        format=PayloadFormat.FEISHU,
        signing_secret="from the group",
    )
    work.session.add(robot)
    work.session.commit()
    done = rotate(place, quietly)
    assert (done.texts, done.dropped) == (4, 1)
    work.session.expire_all()
    assert (robot.url, robot.signing_secret) == ("https://robot.example.com/1", "from the group")


def test_a_new_version_of_the_text_is_not_made(place: Place, work: Work, problem: Problem) -> None:
    before = problem.version
    work.session.rollback()
    rotate(place, quietly)
    work.session.expire_all()
    assert problem.version == before


class Stopped(Exception):
    pass


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_stopped_after_any_step_all_is_readable_and_the_next_run_finishes(
    place: Place, work: Work, people: dict[str, User], keys: KeyRing, step: int
) -> None:
    def stop(done: int, total: int) -> None:
        if done == step:
            raise Stopped

    with pytest.raises(Stopped):
        rotate(place, stop)
    assert readable(work, people) == ALL
    begun = keys.newest().id
    done = rotate(place, quietly)
    assert (done.key, done.is_new, done.dropped) == (begun, False, 1)
    assert readable(work, people) == ALL


def test_stopped_before_the_row_of_a_file_is_written_the_old_file_is_there(
    place: Place, work: Work, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*given: object) -> None:
        raise Stopped

    monkeypatch.setattr(rotation, "keep_if_committed", stop)
    with pytest.raises(Stopped):
        rotate(place, quietly)
    assert readable(work, people) == ALL


def test_what_cannot_be_opened_stays_and_is_counted(place: Place, work: Work, keys: KeyRing) -> None:
    lost = keys.path.read_text()
    keys.path.unlink()
    keys.make()
    done = rotate(place, quietly)
    assert (done.texts, done.files, done.unreadable) == (0, 0, 4)
    keys.path.write_text(keys.path.read_text() + lost)
    assert rotate(place, quietly).unreadable == 0


def test_another_process_seals_with_the_new_key_at_once(place: Place, settings: Settings) -> None:
    elsewhere = KeyRing.of(settings)
    before = elsewhere.newest()
    rotate(place, quietly)
    assert elsewhere.newest() != before


def test_files_of_an_earlier_version_are_sealed_by_migrating(
    run: Run, work: Work, people: dict[str, User], problem: Problem, settings: Settings
) -> None:
    made = attachments.attach(work.as_actor(people["enterprise"]), problem, file(), confidential=False)
    work.session.commit()
    path = settings.data_dir / "attachments" / made.stored_as
    work.session.execute(text("UPDATE attachment SET confidential = true"))
    work.session.commit()
    place = Place(Database.of(settings), KeyRing.of(settings), settings)
    assert rotation.seal_open_files(place, quietly) == 1
    assert not path.exists()
    work.session.expire_all()
    stored = (settings.data_dir / "attachments" / made.stored_as).read_bytes()
    assert samples.PDF not in stored
    assert place.keys.open_file(stored) == samples.PDF


def test_the_command_says_what_it_did_and_to_back_up_the_key(
    run: Run, problem: Problem, keys: KeyRing
) -> None:
    said = run("rotate-key").output
    assert keys.newest().id in said
    assert "备份" in said


def test_the_command_says_that_the_key_is_missing(run: Run, problem: Problem, keys: KeyRing) -> None:
    keys.path.unlink()
    result = run("rotate-key")
    assert result.exit_code == 1
    assert "从备份中放回" in result.output
