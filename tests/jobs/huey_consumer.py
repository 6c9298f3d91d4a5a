"""A Huey consumer for tests: huey_consumer.py KIND JOBS BODY [OPTION=VALUE…], in a folder with or without a jobs.db.

Sends ``JOBS`` jobs and works on them. What each does is ``BODY``: Python with its number ``n``.
"""

from __future__ import annotations

import sys

from gevent import monkey

if sys.argv[1] == "greenlet":
    monkey.patch_all()

import os
import signal
import time

from huey import SqliteHuey

KIND, JOBS, BODY, *OPTIONS = sys.argv[1:]
PAUSES = {"initial_delay": 0.02, "max_delay": 0.05, "health_check_interval": 0.1}

huey = SqliteHuey("mail", filename="jobs.db")


@huey.task()
def notify(n: int) -> None:
    exec(BODY, {"n": n, "os": os, "signal": signal, "time": time})


if __name__ == "__main__":
    for number in range(int(JOBS)):
        notify(number)
    options = {name: int(value) for name, _, value in (option.partition("=") for option in OPTIONS)}
    huey.create_consumer(**{"worker_type": KIND, "workers": 2, **PAUSES, **options}).run()
