"""From submitting a problem to its drawn page with suggestions, among 5,000 capabilities.

python -m benchmarks.submit_to_page BENCH_FOLDER   (problems.jsonl, capabilities.jsonl)

The form is posted and the redirect followed as a browser would, through the whole application but for the
network. Beside it stands the time of the bare model on the same texts.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks.installation import Installation, installation
from matchmaker import create_app
from matchmaker.engine import load_encoder
from matchmaker.engine.encoding import spread_sentences
from matchmaker.postings.documents import document_of
from models import Capability, Pairing, Problem, Role, User

CAPABILITIES = 5000
PROBLEMS = 100
FIELDS = {
    "need": "research",
    "field": "4",
    "industry": "C26",
    "county": "340811",
    "modes": ["commissioned", "joint_rd"],
    "money_kind": "range",
    "money_low": "60",
    "money_high": "120",
    "urgency": "normal",
    "budget_readers": "all",
    "wanted_by": f"{date.today().year + 1}-12-31",
    "contact_name": "技术部",
    "contact_phone": "0556-0000000",
    "do": "submit",
}


@dataclass(frozen=True)
class Text:
    title: str
    background: str
    statement: str


def main(folder: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with installation() as fresh:
        fresh.flask("import-texts", "--capabilities", str(_padded(folder, fresh.settings.data_dir)))
        client = _signed_in(fresh)
        texts = _texts(folder / "problems.jsonl")
        _submit(client, texts[-1])  # the first loads model and vectors
        seconds = [_submit(client, text) for text in texts[:PROBLEMS]]
        with fresh.database.session(write=False) as session:
            pairings = session.scalar(select(func.count(Pairing.id)))
            capabilities = session.scalar(select(func.count(Capability.id)))
            bare = _bare_model(fresh, list(session.scalars(select(Problem).order_by(Problem.id)))[1:])
    print(f"{capabilities} capabilities, {len(seconds)} problems, {pairings} pairings suggested")
    print(
        f"submit to page: median {_ms(statistics.median(seconds))}, 95 % within {_ms(_percentile(seconds, 95))}"
    )
    print(f"the bare model on the same texts: median {_ms(statistics.median(bare))}")
    ratio = statistics.median(whole / model for whole, model in zip(seconds, bare, strict=True))
    print(f"ratio of the two, median: {ratio:.2f}")


def _padded(folder: Path, into: Path) -> Path:
    """The capabilities of the folder, repeated in part up to 5,000."""
    lines = [
        json.loads(line) for line in (folder / "capabilities.jsonl").read_text("utf-8").splitlines() if line
    ]
    more = [
        {"id": f"again-{each['id']}", "title": f"{each['title']}（二期）", "text": each["text"]}
        for each in lines[: max(0, CAPABILITIES - len(lines))]
    ]
    path = into / "capabilities.jsonl"
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines + more), "utf-8")
    return path


def _signed_in(fresh: Installation) -> FlaskClient:
    app = create_app(fresh.settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with fresh.database.session(write=False) as session:
        person = session.scalars(select(User).where(User.role == Role.ENTERPRISE)).one()
        identity = person.get_id()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=identity, _fresh=True, seen=int(time.time()))
    return client


def _texts(path: Path) -> list[Text]:
    """Real problems as their form would have them: a third of the text is the background."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        given: dict[str, Any] = json.loads(line)
        whole = " ".join(given["text"].split()) or given["title"]
        while len(whole) < 120:
            whole += "。" + given["title"]
        third = len(whole) // 3
        found.append(Text(given["title"][:60].ljust(4, "。"), whole[:third][:2000], whole[third:][:4000]))
    return found


def _submit(client: FlaskClient, text: Text) -> float:
    """Seconds from sending the form to having the page."""
    valid_until = (date.today() + timedelta(days=300)).isoformat()
    form = {
        **FIELDS,
        "valid_until": valid_until,
        "title": text.title,
        "background": text.background,
        "statement": text.statement,
    }
    began = time.perf_counter()
    answer = client.post("/problems/new", data=form, follow_redirects=True)
    seconds = time.perf_counter() - began
    if answer.status_code != 200 or "/pairings/" not in answer.text:
        raise SystemExit(f"{text.title}: no page with suggestions, status {answer.status_code}")
    return seconds


def _bare_model(fresh: Installation, problems: list[Problem]) -> list[float]:
    """Seconds of the encoder alone on what each problem made it encode."""
    encoder = load_encoder(fresh.settings.encoder)
    encoder.encode_queries(["预热"])
    found = []
    for problem in problems:
        document = document_of(problem, True)
        sentences = [text for _, text in spread_sentences(document)]
        texts = list(dict.fromkeys([document.title, document.full_text, *sentences]))
        began = time.perf_counter()
        encoder.encode_queries(texts)
        found.append(time.perf_counter() - began)
    return found


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
