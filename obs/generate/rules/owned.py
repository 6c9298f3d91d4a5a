"""An alert's condition with its owner's labels."""

from __future__ import annotations

from obs.generate.rules.records.owners import QUEUE_OWNER, SERVICE_OWNER, WORK_OWNER

QUEUE = "env, messaging_system, messaging_destination_name"


def by_service(expr: str) -> str:
    """With the ``team`` that owns the service."""
    return f"""
(
{expr.strip(chr(10))}
)
* on (env, service) group_left (team)
  {SERVICE_OWNER}
"""


def by_work(expr: str) -> str:
    """With ``feature`` and ``team`` of the work."""
    return f"""
(
{expr.strip(chr(10))}
)
* on (env, service, work) group_left (feature, team)
  {WORK_OWNER}
"""


def by_work_or_service(expr: str) -> str:
    """The same; of what is no work, ``(loop)`` say, with the service's team."""
    return f"""
(
{by_work(expr).strip(chr(10))}
)
or on (env, service, work)
(
{by_service(expr).strip(chr(10))}
)
"""


def by_queue(expr: str) -> str:
    """With ``service`` and ``team`` of who works on the queue."""
    return f"""
(
{expr.strip(chr(10))}
)
* on ({QUEUE}) group_left (service, team)
  {QUEUE_OWNER}
"""
