"""Who does not want to talk is not brought together silently, and a solved problem gets no second record unnoticed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from matchmaker.cooperation.service import RecordTerms
from matchmaker.pairings import service
from matchmaker.work import Work
from models import DeclineReason, Pairing, PairingStatus, ProblemStatus, Side, User, advance
from tests import factories
from tests.pairings import pairs, talks

TERMS = RecordTerms("压铸件气孔在线检测", "commissioned", amount=Decimal(70))


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    """Proposed, and declined by the university."""
    made = talks.pairing(work, people)
    service.propose(work.as_actor(people["staff"]), made)
    service.decline(work.as_actor(people["liaison"]), made, DeclineReason.NOT_NOW)
    work.session.commit()
    return made


@pytest.fixture
def desk(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["staff"])


def solved(work: Work, pairing: Pairing, people: dict[str, User]) -> Pairing:
    """Another pairing of the problem, once the first has become a cooperation and solved it."""
    theirs = factories.capability(work.session, people["liaison"])
    other = pairs.by_hand(work, pairing.problem, theirs)
    service.confirm(work.as_actor(people["staff"]), pairing, TERMS, spoken=tuple(Side))
    advance(pairing.problem, "solve")
    work.session.commit()
    return other


def test_nobody_is_introduced_or_confirmed_against_a_refusal_without_having_been_spoken_with(
    staff: Work, pairing: Pairing
) -> None:
    with pytest.raises(service.SideRefused):
        service.introduce(staff, pairing, pairing.version)
    with pytest.raises(service.SideRefused) as refused:
        service.confirm(staff, pairing, TERMS, spoken=[Side.PROBLEM])

    assert (refused.value.sides, pairing.status) == ([Side.CAPABILITY], PairingStatus.SUGGESTED)
    service.introduce(staff, pairing, pairing.version, spoken=[Side.CAPABILITY])
    assert pairing.status is PairingStatus.INTRODUCED


def test_whoever_agreed_again_is_confirmed_as_before(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    school = staff.as_actor(people["liaison"])
    service.express(school, pairing, "可以谈了")
    service.withdraw(school, pairing)
    with pytest.raises(service.SideRefused):
        service.confirm(staff, pairing, TERMS)

    service.express(school, pairing, "还是谈吧")
    service.confirm(staff, pairing, TERMS)

    assert pairing.status is PairingStatus.CONFIRMED


@pytest.mark.parametrize("look", ["list", "columns"])
def test_the_board_says_who_refused_and_leads_to_the_tick(
    desk: FlaskClient, pairing: Pairing, look: str
) -> None:
    page = desk.get(f"/pairings/?look={look}&state=open").text

    leads = "data-refused" if look == "columns" else f'href="/pairings/{pairing.id}?list=look%3D'
    assert ("成果方暂不对接" in page, f"/pairings/{pairing.id}/introduce" in page) == (True, False)
    assert look == "list" or leads in page
    assert look == "columns" or "#introduce" in page


@pytest.mark.parametrize("panel", [False, True])
def test_an_introduction_without_the_tick_is_answered_at_the_tick_and_loses_no_note(
    desk: FlaskClient, staff: Work, pairing: Pairing, panel: bool
) -> None:
    address, data = f"/pairings/{pairing.id}/introduce", {"version": pairing.version, "note": "昨天打过电话"}
    headers = {"HX-Request": "true"} if panel else {}
    shown = data | {"back": "", "panel": pairing.id} if panel else data
    refused = desk.post(address, data=shown, headers=headers)
    taken = desk.post(address, data=data | {"spoken_capability": "1"})

    tick = refused.text.partition('id="spoken_capability"')[2]
    assert (refused.status_code, "请先与该单位沟通" in tick, "昨天打过电话</textarea>" in tick) == (
        422,
        True,
        True,
    )
    assert taken.status_code == 303
    staff.session.refresh(pairing)
    assert pairing.status is PairingStatus.INTRODUCED


def test_the_confirmation_asks_for_the_tick_at_its_field(
    desk: FlaskClient, staff: Work, pairing: Pairing
) -> None:
    address = f"/pairings/{pairing.id}/confirm"
    data = {"title": "压铸件气孔在线检测", "mode": "commissioned", "version": pairing.version}
    before, refused = desk.get(address).text, desk.post(address, data=data)
    taken = desk.post(address, data=data | {"spoken_capability": "1"})

    assert "答复暂不对接" in before
    assert refused.status_code == 422
    assert re.search(r'id="spoken_capability-error">请先与该单位沟通', refused.text)
    assert taken.status_code == 303


def test_a_solved_problem_gets_another_record_only_knowingly(
    desk: FlaskClient, staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    other = solved(staff, pairing, people)
    with pytest.raises(service.AlreadySolved):
        service.confirm(staff, other, TERMS)
    staff.session.commit()
    address = f"/pairings/{other.id}/confirm"
    data = {"title": "压铸件气孔在线检测", "mode": "commissioned", "version": other.version}
    before, refused = desk.get(address).text, desk.post(address, data=data)
    taken = desk.post(address, data=data | {"solved_known": "1"})

    assert pairing.record is not None
    assert ("已标为“已解决”" in before, f"/cooperation/{pairing.record.id}" in before) == (True, True)
    assert (refused.status_code, 'id="solved_known-error"' in refused.text) == (422, True)
    assert taken.status_code == 303


def test_a_problem_in_cooperation_names_the_other_record_and_asks_nothing(
    desk: FlaskClient, staff: Work, people: dict[str, User]
) -> None:
    first = talks.pairing(staff, people)
    other = pairs.by_hand(staff, first.problem, factories.capability(staff.session, people["liaison"]))
    record = service.confirm(staff, first, TERMS)
    staff.session.commit()
    page = desk.get(f"/pairings/{other.id}/confirm").text

    assert first.problem.status is ProblemStatus.IN_COOPERATION
    assert (f"/cooperation/{record.id}" in page, 'name="solved_known"' in page) == (True, False)
