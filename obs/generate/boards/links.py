"""How one comes from board to board, with the time and what is chosen."""

from __future__ import annotations

from obs.generate.boards.panel import Link

TAG = "obs"
"""Every board has it: the links at the top are those with this tag."""

KEPT = "${__url_time_range}&${datasource:queryparam}&${env:queryparam}"


def board(name: str, **variables: str) -> str:
    """The address of a board: ``variables`` and the rest of what is kept."""
    chosen = "".join(f"&var-{key}={value}" for key, value in variables.items())
    return f"/d/obs-{name}?{KEPT}{chosen}"


def field(name: str) -> str:
    """A row's value, fit for an address: works have spaces, slashes and brackets in their names."""
    return f"${{__data.fields.{name}:percentencode}}"


def label(name: str) -> str:
    """The same of a line's label."""
    return f"${{__field.labels.{name}:percentencode}}"


TO_WORK = Link("Look into this work", board("endpoint", service=field("service"), work=field("work")))
TO_CULPRIT = Link("Look into the culprit", board("endpoint", service=field("service"), work=field("culprit")))
TO_SERVICE = Link("Its endpoints", board("api", service=field("service")))
TO_LOOPS = Link("Its loops", board("gevent", service=field("service")))
TO_JOB = TO_WORK
TO_QUEUE = Link("Only this queue", board("jobs", queue=field("messaging_destination_name")))
LINE_TO_WORK = Link("Look into this work", board("endpoint", service=label("service"), work=label("work")))
