"""How one comes from board to board, with the time and what is chosen."""

from __future__ import annotations

from obs.generate.boards.panel import Link

TAG = "obs"
"""Every board has it: the links at the top are those with this tag."""

KEPT = "${__url_time_range}&${datasource:queryparam}"


def board(name: str, **variables: str) -> str:
    """The address of a board: ``variables`` and the rest of what is kept."""
    chosen = "".join(f"&var-{key}={value}" for key, value in variables.items())
    return f"/d/obs-{name}?{KEPT}{chosen}"


def field(name: str) -> str:
    """A row's value, fit for an address: works have spaces, slashes and brackets in their names."""
    return f"${{__data.fields.{name}:percentencode}}"


ROW = {"env": field("env"), "service": field("service")}
"""A row's own: with all environments chosen there is one row for each."""

TO_WORK = Link("Look into this work", board("endpoint", **ROW, work=field("work")))
TO_CULPRIT = Link("Look into the culprit", board("endpoint", **ROW, work=field("culprit")))
TO_SERVICE = Link("Its endpoints", board("api", **ROW))
TO_LOOPS = Link("Its loops", board("gevent", **ROW))
TO_QUEUE = Link("Only this queue", board("jobs", env=field("env"), queue=field("messaging_destination_name")))
