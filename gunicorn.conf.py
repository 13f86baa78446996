"""How gunicorn serves the application: `python -m gunicorn wsgi:app` from this folder.

The application is loaded once and forked; the model is not, because its threads do not survive a fork. Each
worker loads it in the background as soon as it is up, so that the first page need not wait.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from matchmaker import serving
from matchmaker.settings import BadSetting, Settings

try:
    _settings = Settings.from_environment()
except BadSetting as error:
    sys.exit(str(error))
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
worker_class = "matchmaker.unreadable.Worker"  # gthread
workers = _settings.workers
threads = _settings.threads
limit_request_line = 8190  # the most that gunicorn takes: some 900 Chinese characters in an address
preload_app = True
timeout = 120
graceful_timeout = 30
loglevel = "warning"
proc_name = "matchmaker"


def when_ready(server: Any) -> None:
    """The master listens and has forked nobody yet."""
    print(serving.greeting(server.app.wsgi(), f"http://{bind}"), flush=True)  # noqa: T201
    server.mail_worker = serving.start_worker(_settings)


def on_exit(server: Any) -> None:
    """The master stops, by Ctrl-C or a signal."""
    serving.stop_worker(getattr(server, "mail_worker", None))


def post_worker_init(worker: Any) -> None:
    # not a daemon: a worker that is stopped meanwhile waits for the model's own threads, or they abort it
    threading.Thread(target=serving.warm, args=(worker.wsgi,), name="warm").start()
