"""Huey on the SQLite file that ``CHAT_BROKER`` names: https://huey.readthedocs.io"""

from __future__ import annotations

import os

from huey.api import SqliteHuey

from ..catalogue import JOBS

huey = SqliteHuey("chat", filename=os.environ["CHAT_BROKER"], fsync=False, results=False)

SEND = {job.function: huey.task(retries=job.retries, retry_delay=job.pause)(job.function) for job in JOBS}
