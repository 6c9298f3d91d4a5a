"""Every job that the worker knows."""

from __future__ import annotations

from . import moderation, push, search
from .job import Job

JOBS = (
    Job(push.notify),
    Job(push.mail, retries=3, pause=1),
    Job(search.index),
    Job(moderation.scan),
)
