"""What travels with an RQ job: the headers, in a field of its own of the job's hash in Redis.

RQ reads the fields that it knows and leaves the others alone, so a worker without obs runs the job as ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from obs.errors import fault

FIELD = "obs"
LIMIT = 16_384
"""Characters of the field that are looked at: what comes from a queue may be anything."""
_ATTRIBUTE = "_obs_carried"


class Carried:
    """Kept on the job itself, from where it was made or read to where it is saved."""

    __slots__ = ("headers", "running", "sending", "stored")

    def __init__(self, headers: dict[str, Any], *, stored: bool) -> None:
        self.headers = headers
        self.stored = stored
        """Whether the job was read from Redis: it has been sent before."""
        self.sending = False
        """Whether it is being sent right now."""
        self.running: Any = None
        """The :class:`obs.jobs.rq.working.Running` that it is here, if it is."""


def carried(job: Any) -> Carried | None:
    """What ``job`` bears; None for one that nobody has sent yet."""
    found = job.__dict__.get(_ATTRIBUTE)
    return found if isinstance(found, Carried) else None


def carry(job: Any, headers: dict[str, Any], *, stored: bool = False) -> Carried:
    """Let ``job`` bear these from now on."""
    found = job.__dict__[_ATTRIBUTE] = Carried(headers, stored=stored)
    return found


def restore(original: Any) -> Any:
    """Around ``Job.restore``, which reads the hash."""

    def restore(self: Any, raw_data: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, raw_data, *args, **kwargs)
        try:
            carry(self, parse(raw_data), stored=True)
        except Exception:
            fault("rq: the headers of a job")
        return result

    return restore


def parse(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """The headers in a job's hash; none if there are none, or something else."""
    written = fields.get(FIELD.encode()) or fields.get(FIELD)
    if not written or len(written) > LIMIT:
        return {}
    try:
        headers = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return headers if isinstance(headers, dict) else {}


def to_dict(original: Any) -> Any:
    """Around ``Job.to_dict``, which makes the hash."""

    def to_dict(self: Any, *args: Any, **kwargs: Any) -> Any:
        fields = original(self, *args, **kwargs)
        found = carried(self)
        if found is not None and found.headers:
            fields[FIELD] = json.dumps(found.headers)
        return fields

    return to_dict
