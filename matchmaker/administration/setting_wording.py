"""What each setting means, in the words of the page of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.administration.service_settings import Source
from matchmaker.settings_in_service import CHANGEABLE

MEANINGS: Mapping[str, Any] = {
    "data_dir": _("数据库、模型、附件、邮件文件和密钥所在的文件夹，要备份"),
    "database_url": _("数据库的地址；不填时用数据文件夹里的 SQLite"),
    "secret_key": _("签署登录和链接的密钥；不填时生成一个存在数据文件夹"),
    "confidential_keys": _("封存保密内容和附件的密钥；不填时用数据文件夹里的"),
    "model": _("匹配用的语言模型；不填时用自带的"),
    "city": _("办理这项服务的科技局所在的城市，显示在页面标题里"),
    "city_en": _("城市的英文名称"),
    "base_url": _("人们访问系统的地址，邮件里的链接以它开头"),
    "mail_url": _("邮件发到哪里：文件、屏幕或 SMTP 服务器"),
    "mail_from": _("发件人的地址"),
    "worker": _("发邮件和提醒的后台程序随服务器一起运行"),
    "digest_hour": _("每天几点起发提醒和当天的汇总邮件（0 到 23）"),
    "delivery_days": _("发送记录保留的天数"),
    "import_max_mb": _("可以导入的表格最大多少 MB"),
    "job_days": _("办完的后台任务和它的文件保留的天数"),
    "webhook_private": _("群机器人可以在内网，可以不加密"),
    "secure_cookies": _("登录凭证只通过 https 发送"),
    "proxies": _("前面有几层反向代理；0 表示没有"),
    "idle_minutes": _("多少分钟没有操作就自动退出"),
    "password_min_length": _("密码至少多少个字符"),
    "password_max_days": _("密码用多少天必须更换；0 表示不要求"),
    "lock_after": _("连续输错多少次密码就锁定账号"),
    "lock_minutes": _("账号锁定多少分钟"),
    "sign_in_rate": _("同一地址登录、注册和重设密码的次数上限"),
    "link_hours": _("重设密码的地址和邀请多少小时内有效"),
    "require_totp": _("工作人员和管理员必须开启两步验证（1 是，0 否）"),
    "attachment_max_mb": _("一个附件最大多少 MB"),
    "attachment_max_count": _("一项内容最多多少个附件"),
    "page_size": _("列表每页多少行"),
    "suggestions": _("每项难题和成果保留多少条推荐"),
    "suggestion_floor": _("匹配度低于多少就不推荐（0 到 1）"),
    "strong_match": _("匹配度达到多少算“很匹配”，提醒要求提醒的人（0 到 1）"),
    "valid_months": _("难题和成果发布以后多少个月有效"),
    "verify_days": _("承诺几个工作日内审核新单位"),
    "workers": _("服务器进程数"),
    "threads": _("每个进程同时办理的请求数"),
    "host": _("服务器监听的地址"),
    "port": _("服务器监听的端口"),
}
SOURCES: Mapping[Source, Any] = {
    Source.ENVIRONMENT: _("服务器的环境变量"),
    Source.SERVICE: _("在这里设置"),
    Source.DEFAULT: _("默认值"),
}


def bad_value(name: str) -> str:
    """What may be typed."""
    bounds = CHANGEABLE[name]
    if name in ("city", "city_en"):
        return str(
            gettext("请填写 %(least)s 到 %(most)s 个字", least=f"{bounds.least:g}", most=f"{bounds.most:g}")
        )
    return str(
        gettext("请填写 %(least)s 到 %(most)s 之间的数", least=f"{bounds.least:g}", most=f"{bounds.most:g}")
    )
