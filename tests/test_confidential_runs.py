"""Whatever a problem's confidential details say: no four characters of them reach a reader in a page, mail or log."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from matchmaker import create_app
from matchmaker.engine import MatchingEngine
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.problems import service as problems
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Base, CooperationRecord, Pairing, Problem, Side, User
from tests import factories
from tests.conftest import copied
from tests.cooperation import records
from tests.deliveries.post_office import send_all
from tests.engine.samples import quick_engine
from tests.test_routes import address, browser, guarded_rules

RUN = 4
LEAVING = ("accounts.sign_out",)
OWN_PAGES = ("problems.edit", "problems.history")
"""Where the owner reads its own."""
CAPABILITY = (
    "面向铝合金压铸壳体，采用双视角X射线成像与深度学习识别气孔、缩松，单件二十秒，可定位缺陷并输出报告。"
)
UNHEARD = st.text(st.characters(min_codepoint=0x9000, max_codepoint=0x9FA5), min_size=RUN, max_size=60)
"""Chinese characters of which no page has four in a row by itself."""
SECRETS = st.builds(
    lambda before, start, length, after: before + CAPABILITY[start : start + length] + after,
    UNHEARD,
    st.integers(0, len(CAPABILITY)),
    st.integers(0, 30),
    UNHEARD,
)
"""Characters at random, and between them something that a capability says too, which makes it the best match."""


class Place:
    """A service with a problem that is paired, talked about and in cooperation, and everybody who may look on."""

    def __init__(self, app: Flask, engine: MatchingEngine) -> None:
        self.app, self.engine = app, engine
        self.database = app.extensions["database"]
        with self.database.session() as session:
            self._fill(Work(session, None, engine, app.extensions["settings"]))

    def _fill(self, work: Work) -> None:
        session = work.session
        self.people: dict[str, User | None] = {"visitor": None, **factories.people(session)}
        firm, school = self.people["enterprise"], self.people["liaison"]
        other_school = self.people["other_liaison"]
        assert firm
        assert school
        assert other_school
        problem = factories.problem(session, firm, broker=self.people["staff"])
        both = [
            factories.capability(session, school, summary=CAPABILITY),
            factories.capability(session, other_school),
        ]
        postings.index_many(work, [problem, *both])
        pairings.suggest(work, problem)
        agreed, beside = (self._pairing(session, problem.id, each.id) for each in both)
        factories.agree(session, agreed, *Side, undertaken=True)
        record = records.record(session, [firm.organisation, school.organisation])
        session.flush()
        self.numbers = {
            "problem_id": problem.id,
            "capability_id": both[0].id,
            "pairing_id": agreed.id,
            "record_id": record.id,
            "organisation_id": firm.organisation_id,
            "user_id": firm.id,
        }
        self.pairing_ids = (agreed.id, beside.id)

    @staticmethod
    def _pairing(session: Session, problem_id: int, capability_id: int) -> Pairing:
        return session.scalars(
            select(Pairing).where(Pairing.problem_id == problem_id, Pairing.capability_id == capability_id)
        ).one()

    def work(self, session: Session, person: str) -> Work:
        user = self.people[person]
        actor = session.get(User, user.id) if user else None
        return Work(session, actor, self.engine, self.app.extensions["settings"])

    def write(self, secret: str) -> None:
        """As its owner does in the form: indexed and matched at once."""
        with self.database.session() as session:
            problem = session.get(Problem, self.numbers["problem_id"])
            assert problem is not None
            problems.save(
                self.work(session, "enterprise"), problem, {"confidential": secret}, problem.version
            )

    def pages(self) -> Iterator[tuple[Rule, str]]:
        """Every page that one can go to, with every pairing in turn."""
        for rule in guarded_rules(self.app):
            if "GET" not in (rule.methods or ()) or rule.endpoint in LEAVING:
                continue
            for pairing_id in self.pairing_ids if "pairing_id" in rule.arguments else (0,):
                yield rule, address(self.app, rule, **self.numbers | {"pairing_id": pairing_id})

    def sent_to(self, person: str) -> Iterator[tuple[str, str]]:
        """(address, text) of everything that this reader gets."""
        client = browser(self.app, self.people[person])
        for rule, path in self.pages():
            if person == "enterprise" and rule.endpoint in OWN_PAGES:
                continue
            answer = client.get(path)
            assert answer.status_code < 500, path
            yield path, _text_of(answer.get_data())
        typed = {"title": "铝合金压铸件气孔在线检测", "statement": CAPABILITY, "summary": CAPABILITY}
        for path in ("/problems/similar", "/capabilities/similar"):
            yield path, client.post(path, data=typed).get_data(as_text=True)
        with client.session_transaction() as kept:
            yield "cookie", json.dumps(dict(kept), ensure_ascii=False, default=str)

    def stored(self) -> Iterator[tuple[str, str]]:
        """(column, text) of everything in the database as it is stored, past the types that open what is sealed."""
        with self.database.session(write=False) as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(text(f"SELECT * FROM {table.name}")).mappings():
                    for column, value in row.items():
                        yield f"{table.name}.{column}", _plain(value)

    def kept_files(self) -> Iterator[tuple[str, str]]:
        """(path, text) of every file of the data folder: on SQLite the database's own, its log too."""
        for path in self.app.extensions["settings"].data_dir.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes().decode("utf-8", "ignore")


@pytest.fixture(scope="module")
def place(_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("confidential")
    with copied(_template, folder) as url:
        lenient = Settings(
            data_dir=folder, database_url=url, secret_key="test", model="characters", suggestion_floor=0.0
        )
        app = create_app(lenient)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        app.extensions["engine"] = quick_engine()
        yield Place(app, app.extensions["engine"])
        app.extensions["database"].engine.dispose()


def _text_of(body: bytes) -> str:
    """The characters of an answer; of an Office file those of its parts."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "".join(archive.read(part).decode("utf-8", "ignore") for part in archive.namelist())


def _plain(value: Any) -> str:
    """The characters of a stored value: of JSON those that its escapes stand for, of bytes those that are some."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "ignore")
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    try:
        return json.dumps(json.loads(written), ensure_ascii=False)
    except ValueError:
        return written


def runs(text: str) -> set[str]:
    return {text[start : start + RUN] for start in range(len(text) - RUN + 1)}


READERS = (
    "visitor",
    "enterprise",
    "other_enterprise",
    "liaison",
    "other_liaison",
    "staff",
    "administrator",
)


@given(secret=SECRETS, readers=st.lists(st.sampled_from(READERS), min_size=2, max_size=2, unique=True))
@settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a shorter text that leaks tells no more, and takes minutes to find
    suppress_health_check=[HealthCheck.too_slow],
)
def test_no_run_of_confidential_text_is_sent_to_anybody_who_did_not_ask_for_it(
    place: Place, secret: str, readers: list[str]
) -> None:
    with structlog.testing.capture_logs() as logs:
        place.write(secret)
        _reveal(place, secret)
        hidden = runs(secret) - runs(CAPABILITY)
        sent = [each for person in readers for each in place.sent_to(person)]
    with place.app.app_context():
        send_all(place.app.extensions["settings"])
    mail = place.app.extensions["settings"].data_dir / "mail.log"
    sent += [("log", json.dumps(logs, ensure_ascii=False, default=str))]
    sent += [("mail", mail.read_text("utf-8") if mail.exists() else "")]
    sent += [*place.stored(), *place.kept_files()]
    leaking = [where for where, text in sent if hidden & runs(text)]
    assert leaking == []


def _reveal(place: Place, secret: str) -> None:
    """Staff ask for it and get it; that they did is in the audit, which is looked at like all the rest."""
    path = f"/problems/{place.numbers['problem_id']}/reveal"
    assert secret in browser(place.app, place.people["staff"]).post(path).get_data(as_text=True)


def test_the_test_sees_a_page_of_every_kind(place: Place) -> None:
    """Otherwise it would find no leak because it finds nothing."""
    of_staff = [path for path, text in place.sent_to("staff") if "铝合金压铸件气孔在线检测" in text]
    of_liaison = [path for path, text in place.sent_to("liaison") if "铝合金压铸件气孔在线检测" in text]
    assert {"/problems", "/pairings/", f"/problems/{place.numbers['problem_id']}"} <= set(of_staff)
    assert {"/problems", "/pairings/mine", f"/pairings/{place.numbers['pairing_id']}"} <= set(of_liaison)


def test_confidential_words_find_nothing(place: Place) -> None:
    secret = "鎏鏊鐙鑨魈魋魊鴞"
    place.write("客户名单面谈。")
    with place.database.session(write=False) as session:
        without = place.engine.search(session, "problem", secret, 5)
    place.write(secret)
    with place.database.session(write=False) as session:
        assert place.engine.search(session, "problem", secret, 5) == without
        indexed = document_of(session.get(Problem, place.numbers["problem_id"]), True)
        assert secret not in indexed.full_text + repr(indexed)


def test_features_of_a_score_are_numbers(place: Place) -> None:
    place.write(CAPABILITY)
    with place.database.session(write=False) as session:
        ranked = place.engine.rank(session, ("problem", place.numbers["problem_id"]))
        found = [each.parts for each in session.scalars(select(Pairing))]
    values = [value for parts in (*found, *(each.parts for each in ranked)) for value in parts.values()]
    assert values
    assert all(isinstance(value, float | int) for value in values)


def test_there_is_a_record_to_look_at(place: Place) -> None:
    with place.database.session(write=False) as session:
        assert session.get(CooperationRecord, place.numbers["record_id"]) is not None
