"""Erasing a person: no table holds the name, the mail or the phone any more, and what they did stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from matchmaker.accounts.errors import LastAdministrator, OwnAccount
from matchmaker.administration import erasure, handing_over
from matchmaker.administration.errors import AlreadyErased, StillInHand
from matchmaker.administration.traces import ERASED_NAME
from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.pairings import service as pairings
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    Attachment,
    Audience,
    AuditEvent,
    Capability,
    Invitation,
    NextStep,
    Pairing,
    PairingStatus,
    Problem,
    Revision,
    Role,
    ThreadEntry,
    User,
)
from tests import factories
from tests.pairings import pairs, talks

NAME, MAIL, PHONE = "欧阳疏桐", "ouyang@example.com", "13855512345"


@pytest.fixture
def person(work: Work, people: dict[str, User]) -> User:
    """Somebody of the enterprise, with traces wherever people leave them."""
    user = people["enterprise"]
    user.name, user.email, user.mobile = NAME, MAIL, PHONE
    organisation = user.organisation
    organisation.contact_name, organisation.contact_phone = NAME, "138 5551 2345"
    work.session.commit()
    pairing = talks.pairing(work, people, PairingStatus.INTRODUCED)
    me, staff = work.as_actor(user), work.as_actor(people["staff"])
    pairings.write(me, pairing, f"请联系{NAME}，电话 138-5551-2345", Audience.BOTH)
    pairings.write(staff, pairing, f"{MAIL} 收到了吗", Audience.BOTH)
    problem = pairing.problem
    problem.contact_name, problem.contact_phone, problem.contact_email = NAME, PHONE, MAIL.upper()
    problem.background = f"{problem.background}现场由{NAME}负责。"
    problem.confidential = f"配方由{NAME}保管"
    pairs.postings.index(work, problem)
    notices.tell(staff, [people["liaison"]], "interest.expressed", "/", name=NAME, title="难题")
    work.session.add_all(
        [
            Revision(
                kind="problem",
                object_id=problem.id,
                number=1,
                data={"contact_name": NAME, "confidential": f"{NAME}的配方"},
            ),
            Invitation(
                organisation=organisation,
                email=MAIL,
                name=NAME,
                role=Role.ENTERPRISE,
                token_hash="x",
                invited_by=user,
                expires_at=work.now(),
            ),
            Attachment(
                owner_kind="problem",
                owner_id=problem.id,
                name=f"{NAME}简历.pdf",
                media_type="application/pdf",
                size=1,
                sha256="",
                stored_as="1",
            ),
        ]
    )
    event = audit.record(me, "session.started", user)
    event.actor_name = NAME  # as events held it before
    event.hash = audit.digest(event)
    work.session.commit()
    return user


def everything(work: Work) -> str:
    """Every value of every column of every table, JSON without its escapes."""
    work.session.commit()
    engine = work.session.get_bind()
    found = MetaData()
    found.reflect(engine)
    said = []
    with engine.connect() as connection:
        for table in found.sorted_tables:
            for row in connection.execute(select(table)):
                said += [json.dumps(value, ensure_ascii=False, default=str) for value in row]
                said += [value.encode().decode("unicode_escape") for value in row if _is_escaped(value)]
    return "\n".join(said)


def _is_escaped(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and "\\u" in value


def erase(work: Work, people: dict[str, User], person: User, names: bool = True) -> None:
    erasure.erase(work.as_actor(people["administrator"]), person, f"{NAME}来信要求注销", names)
    work.session.flush()


@pytest.mark.parametrize(
    "spelling",
    [
        "138 55512345",
        "138 5551-2345",
        "１３８５５５１２３４５",
        "１３８ ５５５１ ２３４５",
        "+86 (138)5551 2345",
        "ｏｕｙａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ],
)
def test_a_number_goes_however_it_is_spelt(
    work: Work, people: dict[str, User], person: User, spelling: str
) -> None:
    entry = work.session.scalars(select(ThreadEntry)).first()
    assert entry is not None
    entry.text = f"请打{spelling}，或 0556-5551234"
    revision = work.session.scalars(select(Revision)).one()
    revision.data = {"summary": f"电话：{spelling}。"}
    work.session.commit()

    erase(work, people, person)

    work.session.refresh(revision)
    assert (spelling in entry.text, entry.text.endswith("或 0556-5551234")) == (False, True)
    assert spelling not in revision.data["summary"]


def test_no_table_holds_the_name_the_mail_or_the_phone(
    work: Work, people: dict[str, User], person: User
) -> None:
    before = everything(work)
    assert all(each in before for each in (NAME, MAIL, PHONE, "138-5551-2345", "138 5551 2345"))
    erase(work, people, person)

    after = everything(work)
    left = [
        each for each in (NAME, MAIL, MAIL.upper(), PHONE, "138-5551-2345", "138 5551 2345") if each in after
    ]
    assert left == []
    sealed = work.session.scalars(select(Problem.confidential)).all()
    revised = work.session.scalars(select(Revision.data)).one()
    assert NAME not in "".join(sealed) + str(revised)


def test_the_chain_still_proves_itself(work: Work, people: dict[str, User], person: User) -> None:
    erase(work, people, person)

    assert audit.check(work).broken is None
    event = work.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.object_id, event.details["events"]) == ("account.erased", person.id, 1)


def test_what_they_did_stays_and_shows_an_account_that_was_closed(
    work: Work, people: dict[str, User], person: User
) -> None:
    erase(work, people, person)

    entries = work.session.scalars(select(ThreadEntry).where(ThreadEntry.author_id == person.id)).all()
    assert [each.author.name for each in entries] == [ERASED_NAME]
    assert entries[0].text == f"请联系{ERASED_NAME}，电话 ［已抹去］"
    assert not person.active
    assert work.session.scalars(select(Pairing)).one().status is PairingStatus.INTRODUCED


def test_the_engine_forgets_the_name_too(work: Work, people: dict[str, User], person: User) -> None:
    erase(work, people, person)

    problem = work.session.scalars(select(Problem)).first()
    assert problem is not None
    assert ERASED_NAME in problem.background


def test_a_namesake_elsewhere_is_counted_and_texts_can_keep_the_name(
    work: Work, people: dict[str, User], person: User
) -> None:
    namesake = factories.user(work.session, Role.LIAISON, people["liaison"].organisation, name=NAME)
    theirs = factories.capability(work.session, namesake, contact_name=NAME)
    administrator = work.as_actor(people["administrator"])
    assert erasure.plan(administrator, person).namesakes == 1
    erase(work, people, person, names=False)

    kept = work.session.get_one(Capability, theirs.id)
    texts = " ".join(work.session.scalars(select(ThreadEntry.text)))
    assert (kept.contact_name, namesake.name, NAME in texts, MAIL in texts) == (NAME, NAME, True, False)


def test_the_summary_names_what_loses_its_contact_and_where_the_name_stands(
    work: Work, people: dict[str, User], person: User
) -> None:
    found = erasure.plan(work.as_actor(people["administrator"]), person)

    assert {table for table, _ in found.contacts} == {"organisation", "problem"}
    assert {"thread_entry", "notice", "attachment", "problem"} <= set(found.places)
    # of what an administrator of accounts does not read, not a word
    assert {each.table for each in found.excerpts} <= erasure.READABLE


def test_what_a_broker_has_in_hand_is_handed_over_first(work: Work, people: dict[str, User]) -> None:
    staff, administrator = people["staff"], work.as_actor(people["administrator"])
    colleague = factories.user(work.session, Role.STAFF, staff.organisation)
    pairing = talks.pairing(work, people, PairingStatus.INTRODUCED)
    pairing.broker, pairing.problem.broker = staff, staff
    work.session.commit()
    step = pairings.plan(work.as_actor(staff), pairing, "回访", work.today(), staff)
    with pytest.raises(StillInHand):
        erasure.erase(administrator, staff, "离职", True)

    handing_over.hand_over(administrator, staff, colleague, "离职")
    assert handing_over.in_hand(administrator, staff).total == 0
    assert {pairing.broker, pairing.problem.broker, work.session.get_one(NextStep, step.id).owner} == {
        colleague
    }
    erasure.erase(administrator, staff, "离职", True)
    assert staff.name == ERASED_NAME


def test_an_account_is_erased_once(work: Work, people: dict[str, User], person: User) -> None:
    erase(work, people, person)
    with pytest.raises(AlreadyErased):
        erase(work, people, person)


def test_administrators_erase_neither_themselves_nor_the_last_of_them(
    work: Work, people: dict[str, User]
) -> None:
    administrator = people["administrator"]
    with pytest.raises(OwnAccount):
        erasure.plan(work.as_actor(administrator), administrator)
    other = factories.user(work.session, Role.ADMINISTRATOR, administrator.organisation, active=False)
    with pytest.raises(LastAdministrator):
        erasure.plan(work.as_actor(other), administrator)


@pytest.mark.parametrize("role", ["enterprise", "staff"])
def test_only_administrators_erase(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        erasure.plan(work.as_actor(people[role]), people["liaison"])
