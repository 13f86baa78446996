"""Ten thousand problems in one spreadsheet: checked and imported as a person does it, through the jobs of the worker.

    python benchmarks/spreadsheet_import.py --rows 10000

Uses a database of its own in a temporary folder. Every row has a text of its own; one in ten leaves its field to the
engine. Says rows per second of the check and of the import, the processor's time, the share of time in the model, and the peak
of memory.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import resource
import tempfile
import time
from pathlib import Path

import structlog
from openpyxl import Workbook
from stdnum.cn import uscc

from matchmaker import schema
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine, load_encoder
from matchmaker.imports.timing import TimedEncoder
from matchmaker.settings import ROOT, Settings
from matchmaker.spreadsheets import checking, importing, storing
from matchmaker.vocabulary.service import load
from matchmaker.work import Work
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office
from models import ImportKind, Organisation, OrganisationKind, Role, User, Verification, now

HEAD = (
    "单位名称",
    "难题名称",
    "需求背景",
    "需求内容",
    "技术领域",
    "所属行业",
    "所在县区",
    "预算",
    "完成时间",
    "联系人",
    "电话",
    "合作方式",
)
FIELDS = ("电子信息", "生物与新医药", "新材料", "新能源与节能", "资源与环境", "先进制造与自动化", "现代农业")
THINGS = (
    "压铸壳体",
    "轴承套圈",
    "锂电极片",
    "茶叶",
    "中药饮片",
    "纺织面料",
    "光学镜片",
    "铜箔",
    "水泥熟料",
    "废水",
    "齿轮",
    "橡胶密封件",
    "陶瓷基板",
    "船用柴油机",
    "蓝莓果汁",
    "电缆护套",
)
FAULTS = (
    "气孔",
    "裂纹",
    "色差",
    "毛刺",
    "含水不均",
    "重金属残留",
    "振动噪声",
    "尺寸漂移",
    "能耗高",
    "寿命短",
    "分层",
    "粉尘",
    "异物",
    "老化",
    "结垢",
    "偏心",
)
AIMS = (
    "在线检测",
    "自动分拣",
    "低成本去除",
    "提前预警",
    "连续化生产",
    "精密成形",
    "快速测定",
    "回收利用",
    "数字孪生建模",
    "无损评价",
)
MEANS = (
    "X 射线",
    "机器视觉",
    "超声",
    "近红外光谱",
    "等离子体",
    "膜分离",
    "激光熔覆",
    "生物酶",
    "微波",
    "声发射",
    "涡流",
    "强化学习",
)


def table(rows: int, firms: list[str]) -> bytes:
    """The file: texts of about 150 characters, put together by chance."""
    chance = random.Random(11)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("需求")
    sheet.append(["2026 年技术需求汇总表"])
    sheet.append(list(HEAD))
    for number in range(rows):
        thing, fault, aim, means = (chance.choice(each) for each in (THINGS, FAULTS, AIMS, MEANS))
        background = f"公司第{number}号产线年产{chance.randrange(2, 90)}万件{thing}，{fault}问题使报废率达到{chance.randrange(2, 30)}%，客户多次投诉。"
        statement = (
            f"希望用{means}或其他办法解决{thing}{fault}的{aim}，单件时间不超过{chance.randrange(2, 60)}秒，准确率不低于{chance.randrange(90, 99)}%。"
            f"现有设备运行{chance.randrange(2, 12)}年，试过人工抽检和{chance.choice(MEANS)}，在{chance.choice(THINGS)}换型时不稳定。"
        )
        sheet.append(
            [
                firms[number % len(firms)], f"{thing}{fault}的{means}{aim}（{number}号产线）", background, statement,
                None if number % 10 == 0 else chance.choice(FIELDS), "专用设备制造业", "宜秀区",
                chance.choice(("50万", "500000元", "30-60万元", "面议", 80)), "2099-12-31", "李工", "0556-1234567",
                chance.choice(("委托开发", "合作开发、检测与中试")),
            ]
        )  # fmt: skip
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def office(folder: Path, model: str) -> tuple[Office, TimedEncoder]:
    settings = Settings(data_dir=folder, model=model, secret_key="benchmark")
    database = Database.of(settings)
    schema.upgrade(database.engine)
    encoder = TimedEncoder(load_encoder(model))
    return Office(database, MatchingEngine(model, encoder=encoder), settings), encoder


def people(made: Office, firms: int) -> tuple[User, list[str]]:
    """A clerk of the bureau, and the names of verified companies."""
    with made.database.session() as session:
        load(session)
        names = []
        for number in range(firms + 1):
            body = f"91340800MA5{number:06d}"
            kind = OrganisationKind.ENTERPRISE if number else OrganisationKind.BUREAU
            organisation = Organisation(
                kind=kind, name=f"示例机械第{number}厂", code=body + uscc.calc_check_digit(body),
                status=Verification.VERIFIED, verified_at=now(), county="340811", industry="C35",
            )  # fmt: skip
            session.add(organisation)
            if number:
                names.append(organisation.name)
            else:
                clerk = User(
                    organisation=organisation,
                    email="clerk@example.com",
                    name="录入员",
                    role=Role.STAFF,
                    password_hash="unset",
                )
                session.add(clerk)
        session.flush()
        return clerk, names


def timed(what: str, rows: int, labourer: Labourer, encoder: TimedEncoder) -> dict[str, float]:
    before, began, spent = encoder.seconds, time.perf_counter(), time.process_time()
    labourer.do_due()
    seconds = time.perf_counter() - began
    return {
        f"{what}_seconds": round(seconds, 1),
        f"{what}_rows_per_second": round(rows / seconds, 1),
        f"{what}_cpu_seconds": round(time.process_time() - spent, 1),
        f"{what}_share_in_model": round((encoder.seconds - before) / seconds, 2),
        f"{what}_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--model", default=f"bundled:{ROOT / 'var' / 'model'}")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        made, encoder = office(Path(folder), given.model)
        clerk, firms = people(made, 200)
        content = table(given.rows, firms)
        found: dict[str, object] = {"rows": given.rows, "file_mb": round(len(content) / 1024**2, 1)}
        labourer = Labourer(made, {"import.check": checking.check, "import.run": storing.store})
        for run in ("first", "again"):
            with made.work() as work:
                began = time.perf_counter()
                imported = importing.take(as_clerk(work, clerk), ImportKind.PROBLEM, "需求.xlsx", content)
                found[f"{run}_taken_in_seconds"] = round(time.perf_counter() - began, 2)
            found |= timed(f"{run}_check", given.rows, labourer, encoder)
            print(json.dumps(found, ensure_ascii=False), flush=True)
            with made.work() as work:
                importing.start(as_clerk(work, clerk), importing.find(as_clerk(work, clerk), imported.id))
            found |= timed(f"{run}_import", given.rows, labourer, encoder)
            with made.work(write=False) as work:
                counts = importing.counts(work, imported)
                found[f"{run}_became"] = {
                    each.value: number for each, number in counts.outcomes.items() if number
                }
            print(json.dumps(found, ensure_ascii=False, indent=1), flush=True)


def as_clerk(work: Work, clerk: User) -> Work:
    return work.as_actor(work.session.get_one(User, clerk.id))


if __name__ == "__main__":
    main()
