"""Storing, listing, removing and sweeping files, and that a failure leaves none behind."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker.attachments import service
from matchmaker.attachments.service import Reason
from matchmaker.work import Work
from models import Attachment, AuditEvent, Problem, User
from tests import factories
from tests.attachments import samples
from tests.attachments.samples import File, file


@pytest.fixture
def problem(work: Work, people: dict[str, User]) -> Problem:
    made = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    return made


@pytest.fixture
def owner_work(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


def stored_files(work: Work) -> list[Path]:
    return [path for path in (work.settings.data_dir / "attachments").rglob("*") if path.is_file()]


def refusal(work: Work, problem: Problem, given: File) -> Reason:
    with pytest.raises(service.Refused) as caught:
        service.attach(work, problem, given, confidential=False)
    return caught.value.reason


def test_an_attached_file_keeps_its_bytes_size_and_digest(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    owner_work.session.commit()
    assert (owner_work.settings.data_dir / "attachments" / made.stored_as).read_bytes() == samples.PDF
    assert (made.size, made.sha256) == (len(samples.PDF), hashlib.sha256(samples.PDF).hexdigest())


def test_a_confidential_file_leaves_no_digest_to_try_guesses_against(
    owner_work: Work, problem: Problem
) -> None:
    assert service.attach(owner_work, problem, file(), confidential=True).sha256 == ""


def test_a_stored_name_tells_nothing_of_the_given_one(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file("../../机密.pdf"), confidential=True)
    assert made.name == "机密.pdf"
    assert made.stored_as.replace("/", "").isalnum()


def test_an_upload_whose_transaction_fails_leaves_no_file(owner_work: Work, problem: Problem) -> None:
    service.attach(owner_work, problem, file(), confidential=False)
    assert len(stored_files(owner_work)) == 1
    owner_work.session.rollback()
    assert stored_files(owner_work) == []


def test_an_upload_whose_session_is_closed_uncommitted_leaves_no_file(
    owner_work: Work, problem: Problem
) -> None:
    service.attach(owner_work, problem, file(), confidential=False)
    owner_work.session.close()
    assert stored_files(owner_work) == []


def test_a_committed_file_outlives_a_later_rollback(owner_work: Work, problem: Problem) -> None:
    service.attach(owner_work, problem, file(), confidential=False)
    owner_work.session.commit()
    service.attach(owner_work, problem, file(), confidential=False)
    owner_work.session.rollback()
    assert len(stored_files(owner_work)) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (("空.pdf", b""), Reason.EMPTY),
        (("网页.pdf", samples.HTML), Reason.CONTENT),
        (("程序.exe", samples.MACHO), Reason.TYPE),
        (("压缩.zip", samples.ZIP), Reason.TYPE),
        (("没有扩展名", samples.PDF), Reason.TYPE),
        (("大.txt", b"a" * (1024 * 1024 + 1)), Reason.LARGE),
        (("", samples.PDF), Reason.NOTHING),
    ],
    ids=["empty", "html", "exe", "zip", "bare", "large", "nameless"],
)
def test_a_refused_file_leaves_nothing(
    owner_work: Work, problem: Problem, given: tuple[str, bytes], reason: Reason
) -> None:
    small = dataclasses.replace(
        owner_work, settings=dataclasses.replace(owner_work.settings, attachment_max_mb=1)
    )
    assert refusal(small, problem, file(*given)) is reason
    assert stored_files(small) == []


def test_a_file_of_just_the_largest_size_is_kept(owner_work: Work, problem: Problem) -> None:
    small = dataclasses.replace(
        owner_work, settings=dataclasses.replace(owner_work.settings, attachment_max_mb=1)
    )
    made = service.attach(small, problem, file("满.txt", b"a" * 1024 * 1024), confidential=False)
    assert made.size == 1024 * 1024


def test_a_stream_that_breaks_off_leaves_no_file(owner_work: Work, problem: Problem) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(10)

    with pytest.raises(ConnectionError):
        service.attach(owner_work, problem, File("断.pdf", Broken(samples.PDF)), confidential=False)
    assert stored_files(owner_work) == []


def test_one_file_too_many_is_refused(owner_work: Work, problem: Problem) -> None:
    two = dataclasses.replace(
        owner_work, settings=dataclasses.replace(owner_work.settings, attachment_max_count=2)
    )
    for _ in range(2):
        service.attach(two, problem, file(), confidential=False)
    assert refusal(two, problem, file()) is Reason.MANY


def test_a_removed_file_makes_room_for_another(owner_work: Work, problem: Problem) -> None:
    one = dataclasses.replace(
        owner_work, settings=dataclasses.replace(owner_work.settings, attachment_max_count=1)
    )
    first = service.attach(one, problem, file(), confidential=False)
    service.remove(one, first.id)
    assert service.attach(one, problem, file("新.pdf"), confidential=False).name == "新.pdf"


def test_where_one_of_several_files_is_refused_none_is_kept(owner_work: Work, problem: Problem) -> None:
    with pytest.raises(service.Refused):
        service.attach_all(owner_work, problem, [file(), file("坏.pdf", b"x")], confidential=False)
    owner_work.session.rollback()
    assert stored_files(owner_work) == []


def test_an_unknown_kind_of_owner_is_not_found(owner_work: Work) -> None:
    with pytest.raises(service.NotFound):
        service.owner_of(owner_work, "user_account", 1)


def test_a_removed_file_is_in_no_list(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    service.remove(owner_work, made.id)
    assert service.of(owner_work, "problem", problem.id) == []


def test_a_removed_file_cannot_be_removed_again(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    service.remove(owner_work, made.id)
    with pytest.raises(service.NotFound):
        service.remove(owner_work, made.id)


def test_staff_bring_a_removed_file_back(work: Work, people: dict[str, User], problem: Problem) -> None:
    made = service.attach(work.as_actor(people["enterprise"]), problem, file(), confidential=False)
    service.remove(work.as_actor(people["enterprise"]), made.id)
    staff = work.as_actor(people["staff"])
    assert service.removed_from(staff, "problem", problem.id) == [made]
    service.restore(staff, made.id)
    assert service.of(staff, "problem", problem.id) == [made]


def test_only_staff_are_shown_removed_files(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    service.remove(owner_work, made.id)
    assert service.removed_from(owner_work, "problem", problem.id) == []


def test_reading_a_confidential_file_is_an_audit_event(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file("机密配方.pdf"), confidential=True)
    service.open_traced(owner_work, made.id)
    event = owner_work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.object_id) == ("attachment.confidential_read", made.id)


def test_no_audit_event_holds_a_file_name(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file("机密配方.pdf"), confidential=True)
    service.open_traced(owner_work, made.id)
    service.remove(owner_work, made.id)
    assert "机密配方" not in str([event.details for event in owner_work.session.scalars(select(AuditEvent))])


def test_a_confidential_file_is_not_opened_without_a_trace(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=True)
    with pytest.raises(service.Confidential):
        service.open_public(owner_work, made.id)


def test_lost_bytes_are_told_apart_from_an_unknown_file(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    (owner_work.settings.data_dir / "attachments" / made.stored_as).unlink()
    with pytest.raises(service.BytesMissing):
        service.open_public(owner_work, made.id)


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_the_sweep_takes_what_a_killed_process_left(owner_work: Work, problem: Problem) -> None:
    folder = owner_work.settings.data_dir / "attachments" / "incoming"
    folder.mkdir(parents=True)
    (folder / "left").write_bytes(b"x")
    age(folder / "left", 25)
    assert service.sweep(owner_work) == 1
    assert stored_files(owner_work) == []


def test_the_sweep_leaves_a_file_whose_upload_may_be_under_way(owner_work: Work) -> None:
    folder = owner_work.settings.data_dir / "attachments" / "incoming"
    folder.mkdir(parents=True)
    (folder / "arriving").write_bytes(b"x")
    assert service.sweep(owner_work) == 0


def test_the_sweep_leaves_what_a_row_needs(owner_work: Work, problem: Problem) -> None:
    service.attach(owner_work, problem, file(), confidential=False)
    age(stored_files(owner_work)[0], 10_000)
    assert service.sweep(owner_work) == 0


@pytest.mark.parametrize(("days", "swept"), [(29, 0), (31, 1)])
def test_the_bytes_of_a_removed_file_go_after_thirty_days(
    owner_work: Work, problem: Problem, days: int, swept: int
) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    age(stored_files(owner_work)[0], 10_000)
    made.removed_at = owner_work.now() - timedelta(days=days)
    owner_work.session.flush()
    assert service.sweep(owner_work) == swept


def test_the_row_of_a_swept_file_stays_as_history(owner_work: Work, problem: Problem) -> None:
    made = service.attach(owner_work, problem, file(), confidential=False)
    age(stored_files(owner_work)[0], 10_000)
    made.removed_at = owner_work.now() - timedelta(days=31)
    owner_work.session.flush()
    service.sweep(owner_work)
    assert owner_work.session.scalar(select(func.count(Attachment.id))) == 1
