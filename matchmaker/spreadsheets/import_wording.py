"""The words for imports: what is wrong with a file or a row, what was repaired, what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker import formats
from matchmaker.cooperation.service import Fault
from matchmaker.cooperation.wording import FAULTS as TERM_FAULTS
from matchmaker.jobs import wording as jobs
from matchmaker.spreadsheets.cells import Note
from matchmaker.spreadsheets.import_fields import FIELDS
from matchmaker.spreadsheets.reading import BadFile
from models import Handling, ImportKind, ImportRow, Job, Likeness, RowOutcome, RowState

KINDS: Mapping[ImportKind, Any] = {
    ImportKind.ORGANISATION: lazy_pgettext("import", "单位"),
    ImportKind.PROBLEM: lazy_pgettext("import", "技术难题"),
    ImportKind.CAPABILITY: lazy_pgettext("import", "成果与能力"),
    ImportKind.RECORD: lazy_pgettext("import", "合作记录"),
}
STATES: Mapping[RowState, tuple[Any, str]] = {
    RowState.GOOD: (lazy_pgettext("import", "可导入"), "live"),
    RowState.REPAIRED: (lazy_pgettext("import", "已修正"), "waiting"),
    RowState.BAD: (lazy_pgettext("import", "有问题"), "refused"),
    RowState.SAME: (lazy_pgettext("import", "已有，相同"), "quiet"),
}
"""Word and tone."""
OUTCOMES: Mapping[RowOutcome, tuple[Any, str]] = {
    RowOutcome.ADDED: (lazy_pgettext("import", "已新增"), "done"),
    RowOutcome.UPDATED: (lazy_pgettext("import", "已更新"), "done"),
    RowOutcome.UNCHANGED: (lazy_pgettext("import", "没有变化"), "quiet"),
    RowOutcome.SKIPPED: (lazy_pgettext("import", "已跳过"), "quiet"),
    RowOutcome.FAILED: (lazy_pgettext("import", "没有导入"), "refused"),
}
HANDLINGS: Mapping[Handling, Any] = {
    Handling.SKIP: lazy_pgettext("import", "跳过"),
    Handling.UPDATE: lazy_pgettext("import", "更新原有的"),
    Handling.BOTH: lazy_pgettext("import", "两条都留"),
}
SHOWS: Mapping[str, Any] = {
    "all": lazy_pgettext("import", "全部"),
    "bad": lazy_pgettext("import", "有问题"),
    "repaired": lazy_pgettext("import", "已修正"),
    "alike": lazy_pgettext("import", "疑似重复"),
    "same": lazy_pgettext("import", "已有，相同"),
}
LIKENESSES: Mapping[Likeness, Any] = {
    Likeness.CODE: _("编号相同"),
    Likeness.TITLE: _("名称相同"),
    Likeness.TEXT: _("文字几乎相同"),
    Likeness.ROW: _("与第 %(number)s 行相同或几乎相同"),
}
FILE_FAULTS: Mapping[str, Any] = {
    "empty": _("文件是空的。"),
    "too_big": _("文件超过 %(most)s MB，请分成几个文件。"),
    "old_or_locked": _("这是旧格式的 .xls，或者加了打开密码。请去掉密码、另存为 .xlsx 再上传。"),
    "not_a_table": _("这不是 .xlsx 或 .csv 表格，请核对选的文件。"),
    "damaged": _("文件损坏或不完整，读不出来。请用表格软件打开、另存为 .xlsx 再上传。"),
    "unpacks_too_large": _("文件展开后太大，不像是正常的表格。请把要导入的几列复制到新表格里再上传。"),
    "too_many_columns": _("表格超过 %(most)s 列，请只留下要导入的列。"),
    "too_many_rows": _("表格超过 %(most)s 行，请分成几个文件。"),
    "encoding": _("认不出文字编码。请另存为 .xlsx，或者 UTF-8、GB18030（GBK）编码的 .csv。"),
    "no_heading": _("在前十行里没有找到认识的表头。请对照模板的表头，至少要有：%(fields)s。"),
    "heading_lacks": _("表头缺少必需的列。已找到：%(found)s；还需要：%(lacks)s。请对照模板的表头。"),
    "no_rows": _("表头下面没有内容。"),
    "missing": _("请选择文件。"),
}
FAULTS: Mapping[str, Any] = {
    "needed": _("%(field)s：没有填写"),
    "needed_of_organisation": _("%(field)s：没有填写，单位资料里也没有；补上其中一处即可"),
    "no_contact": _("%(field)s：缺少联系人，表格和单位资料里都没有；发布前必须有，补上其中一处即可"),
    "needed_to_sign": _("%(field)s：写了签约日期，就要写类别"),
    "too_short": _("%(field)s：至少 %(least)s 个字"),
    "too_long": _("%(field)s：最多 %(most)s 个字，现在 %(count)s 个字"),
    "bad_amount": _("%(field)s：“%(given)s”不像金额，请写成 60、50-80 万元或面议"),
    "foreign_money": _("%(field)s：“%(given)s”是外币，请折成人民币再填"),
    "several_amounts": _("%(field)s：“%(given)s”里有几个数，请只写总额或一个范围"),
    "amount_each": _("%(field)s：“%(given)s”是按年、按件一类的金额，请写总额"),
    "one_amount": _("%(field)s：“%(given)s”不是一个确定的金额，请写成 60 万元"),
    "bad_day": _("%(field)s：“%(given)s”不像日期，请写成 2026-11-24"),
    "day_or_month": _("%(field)s：“%(given)s”分不清哪个是月、哪个是日，请写成 2026-11-24"),
    "day_without_year": _("%(field)s：“%(given)s”没有写年份，请写成 2026-11-24"),
    "needed_background": _(
        "%(field)s：没有填写，正文又太短，分不出背景。请补写背景：在什么产品、什么工序上遇到的，现在怎么做"
    ),
    "needed_in_each": _("%(field)s：没有填写。只有合并的单元格才沿用上面的单位，请在这一行写上单位"),
    "past_day": _("%(field)s：%(value)s 已经过去"),
    "bad_code": _("%(field)s：“%(given)s”不是 18 位统一社会信用代码"),
    "code_checksum": _("%(field)s：“%(given)s”的校验码对不上，可能有一位写错了"),
    "bad_phone": _("%(field)s：“%(given)s”不像电话号码"),
    "bad_email": _("%(field)s：“%(given)s”不像邮箱地址"),
    "not_own": _("%(field)s：“%(given)s”不是您的单位，这里只能导入本单位的"),
    "unknown_organisation": _("%(field)s：没有“%(given)s”这个单位，请核对名称，或者先导入单位"),
    "misspelt_organisation": _("%(field)s：没有“%(given)s”这个单位。您是不是指%(near)s？"),
    "not_verified": _("%(field)s：“%(given)s”还没有通过审核"),
    "not_verified_now": _("单位没有通过审核"),
    "not_editable": _("原有的那条现在不能修改（正在合作或已经结束）"),
    "changed_meanwhile": _("原有的那条刚刚有人改过，请再导入一次"),
    "incomplete": _("缺少必填的内容：%(lacks)s"),
    "taken": _("名称或统一社会信用代码已经有别的单位在用"),
    "bad_terms": _("金额、日期或单位互相矛盾"),
    "forbidden": _("您不能改动原有的那条"),
}
REPAIRS: Mapping[str, Any] = {
    "not_in_list": _("%(field)s：“%(given)s”不在列表里，没有采用"),
    "read_as": _("%(field)s：“%(given)s”按“%(value)s”"),
    "amount": _("%(field)s：“%(given)s”按 %(value)s"),
    "amount_above": _("%(field)s：表头上方注明单位为%(unit)s，“%(given)s”按 %(value)s"),
    "amount_from": _("%(field)s：“%(given)s”只写了一头，按 %(value)s"),
    "as_empty": _("%(field)s：“%(given)s”当作没有填写"),
    "day": _("%(field)s：“%(given)s”按 %(value)s"),
    "by_name": _("%(field)s：没有填写，按名称定为“%(value)s”"),
    "by_title": _("%(field)s：没有填写，按名称定为“%(value)s”"),
    "by_category": _("%(field)s：没有填写，按合同类别定为“%(value)s”"),
    "by_address": _("%(field)s：没有填写，按地址定为“%(value)s”"),
    "guessed": _("%(field)s：没有填写，系统按内容推测为“%(value)s”，请核对"),
    "by_unsure_category": _("%(field)s：没有填写，合同类别也没有写清，推测为“%(value)s”，请核对"),
    "usual": _("%(field)s：没有填写，暂定“%(value)s”"),
    "usual_instead": _("%(field)s：“%(given)s”当作没有填写，暂定“%(value)s”"),
    "of_organisation": _("%(field)s：没有填写，用“%(value)s”"),
    "former_name": _("%(field)s：“%(given)s”是曾用名或已并入，按现在的“%(value)s”"),
    "from_above": _("%(field)s：单元格与上面合并，用“%(value)s”"),
    "from_text": _("%(field)s：没有填写，取正文开头“%(value)s”"),
    "from_beginning": _("%(field)s：没有填写，取自正文的开头"),
    "divided": _("%(field)s：按其中的小标题分到 %(count)s 栏"),
    "moved": _("%(field)s：移到“%(to)s”"),
    "shortened": _("%(field)s：太长，缩为“%(value)s”，全称放在正文开头"),
    "no_phone": _("%(field)s：缺少电话或邮箱，表格和单位资料里都没有，请补上"),
    "not_of_field": _("%(field)s：“%(given)s”不属于所填的领域，没有采用"),
    "past_validity": _("%(field)s：%(given)s 已经过去，按现在起的一年"),
}


def file_fault(fault: BadFile, kind: ImportKind | None = None) -> str:
    needed = [each.shown for each in FIELDS[kind] if each.needed] if kind else []
    details = {"fields": gettext("、").join(needed), **fault.details}
    code = fault.code
    if code == "heading_lacks" and kind and "lacks" in details:
        for name in ("found", "lacks"):
            details[name] = gettext("、").join(_shown(kind, each) for each in details[name])
    elif code == "heading_lacks":  # of a job only the code is kept
        code = "no_heading"
    return str(FILE_FAULTS[code]) % details


def job_fault(job: Job, kind: ImportKind) -> str:
    """Why a check or an import failed."""
    code = job.error.removeprefix("file.")
    if code in FILE_FAULTS and job.error.startswith("file."):
        most = {"too_many_columns": 200, "too_many_rows": 20_000}.get(code, 0)
        return file_fault(BadFile(code, most=most), kind)
    return jobs.error(job)


def job_name(job: Job) -> str:
    return jobs.kind(job)


def fault(kind: ImportKind, note: Note) -> str:
    name, code, details = note
    if code == "terms":
        words = TERM_FAULTS[Fault(details["fault"])]
        return str(gettext("%(field)s：%(fault)s", field=_shown(kind, name), fault=words))
    given = dict(details)
    if code == "incomplete":
        given["lacks"] = gettext("、").join(_shown(kind, each) for each in given["lacks"])
    if code == "misspelt_organisation":
        quoted = [gettext("“%(name)s”", name=each) for each in given["near"]]
        given["near"] = gettext("、").join(quoted)
    return str(FAULTS[code]) % {"field": _shown(kind, name), **given}


def repair(kind: ImportKind, note: Note) -> str:
    name, code, details = note
    given = dict(details)
    if code in ("amount", "amount_above", "amount_from"):
        given["value"] = _amount(given["low"], given["high"])
    if code == "usual" and "given" in given:
        code = "usual_instead"
    if code == "by_category" and given.get("unsure"):
        code = "by_unsure_category"
    if code == "moved":
        given["to"] = _shown(kind, given["to"])
    return str(REPAIRS[code]) % {"field": _shown(kind, name), **given}


def likeness(row: ImportRow) -> str:
    if row.likeness is None:
        return ""
    return str(LIKENESSES[row.likeness]) % {"number": row.twin_id}


def terms(kind: ImportKind, values: Mapping[str, Any]) -> list[str]:
    """The amounts and days that were read in a row, for a look before anything is stored."""
    said = []
    if money := values.get("money"):
        said.append(_named(kind, "money", _amount(*money[1:])))
    for name in ("amount", "technology_amount", "paid"):
        if values.get(name):
            said.append(_named(kind, name, _amount(values[name], None)))
    said += [_named(kind, name, values[name]) for name in _DAYS if values.get(name)]
    return said


_DAYS = ("wanted_by", "valid_until", "signed_on", "registered_on", "starts_on", "ends_on")


def _named(kind: ImportKind, name: str, value: str) -> str:
    """With the field's name, without the unit in it, which stands at the value."""
    return str(gettext("%(field)s：%(value)s", field=_REMARK.sub("", _shown(kind, name)), value=value))


_REMARK = re.compile(r"\s*[（(][^（()）]*[)）]$")


def _amount(low: str | None, high: str | None) -> str:
    """Of figures in 万元, as they are kept."""
    return formats.money_of(*(Decimal(each) if each else None for each in (low, high)))


def _shown(kind: ImportKind, name: str) -> str:
    return next((each.shown for each in FIELDS[kind] if each.name == name), name)
