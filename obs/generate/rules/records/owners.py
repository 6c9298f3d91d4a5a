"""Whose a work, a service and a queue are: exactly one series for each, to join with.

While a rollout changes an owner both are exported. The one that more instances name wins; a plain join with
obs_work_info would be an error of "many-to-many matching" until the rollout's end. Of equals, topk takes any, at each
evaluation anew; so the one that won last has a little more than the others, and an alert keeps its labels.
"""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.generate.rules.records.jobs import QUEUE_WORK_DELIVERIES
from obs.generate.rules.records.targets import UP
from obs.metrics.catalog import OBS_JOB_BROKER_UP, OBS_PROCESSES, OBS_SERVICE_INFO, OBS_WORK_INFO


def steady(values: object, winners: str) -> str:
    """``values``, and a little more for the last winner."""
    return f"({values} + 0.001 * {winners} or {values})"


WORK_OWNERS = Record(
    "work_owner:obs_work_info:count",
    f"count by (env, service, kind, work, feature, team) ({OBS_WORK_INFO.name})",
    "instances that name this owner of the work",
)
WORK_OWNER = Record(
    "work:obs_work:info",
    f"""
  topk by (env, service, work) (1, {steady(WORK_OWNERS, "work:obs_work:info")}) * 0 + 1
or on (env, service, work)
  topk by (env, service, work) (1, {steady(f"last_over_time({WORK_OWNERS}[1h])", "work:obs_work:info")}) * 0 + 1
""",
    "1: kind, feature and team of the work; still known an hour after its last instance",
    stateless=f"topk by (env, service, work) (1, {WORK_OWNERS}) * 0 + 1",
)
TOLD = f'count by (env, service, team) ({OBS_SERVICE_INFO.name}{{team!=""}})'
"""What the service's own description says."""

SERVICE_OWNERS = Record(
    "service_owner:obs_work:count",
    f"""
  {TOLD}
or on (env, service)
  count by (env, service, team) ({WORK_OWNER}{{team!=""}})
or on (env, service)
  count by (env, service) ({WORK_OWNER})
""",
    "instances that say that the service is this team's; where none does, its works that the team owns",
)
SERVICE_OWNER = Record(
    "service:obs_team:info",
    f"""
  topk by (env, service) (1, {steady(SERVICE_OWNERS, "service:obs_team:info")}) * 0 + 1
or on (env, service)
  topk by (env, service) (1, {steady(f"last_over_time({SERVICE_OWNERS}[1d])", "service:obs_team:info")}) * 0 + 1
or on (env, service)
  group by (env, service) ({OBS_PROCESSES.name})
or on (env, service)
  group by (env, service) ({UP})
""",
    "1: its team, else the one that owns most of its works; none where nobody owns one; known for a day after its end",
    stateless=f"""
  topk by (env, service) (1, {TOLD}) * 0 + 1
or on (env, service)
  topk by (env, service) (1, count by (env, service, team) ({OBS_WORK_INFO.name}{{team!=""}})) * 0 + 1
or on (env, service)
  group by (env, service) ({OBS_PROCESSES.name})
or on (env, service)
  group by (env, service) ({UP})
""",
)
QUEUE_OWNERS = Record(
    "queue_owner:messaging_process:rate5m",
    f"""
sum by (env, messaging_system, messaging_destination_name, service, team) (
  {QUEUE_WORK_DELIVERIES} * on (env, service, work) group_left (team) {WORK_OWNER}
)
""",
    "deliveries of the queue a second, by the service that works on them and the team whose jobs they are",
)
QUEUE_USERS = Record(
    "queue_owner:obs_job_broker_up:count",
    f"""
count by (env, messaging_system, messaging_destination_name, service) ({OBS_JOB_BROKER_UP.name})
* on (env, service) group_left (team)
  {SERVICE_OWNER}
""",
    "instances that read the queue, by service and the service's team",
)
QUEUE_OWNER = Record(
    "queue:obs_owner:info",
    f"""
  topk by (env, messaging_system, messaging_destination_name) (1,
    {steady(f"sum_over_time({QUEUE_OWNERS}[1d])", "queue:obs_owner:info")}
  ) * 0 + 1
or on (env, messaging_system, messaging_destination_name)
  topk by (env, messaging_system, messaging_destination_name) (1,
    {steady(QUEUE_USERS, "queue:obs_owner:info")}
  ) * 0 + 1
""",
    "1: service and team that did most of the queue's jobs in the last day; else a service that uses it",
    stateless=f"topk by (env, messaging_system, messaging_destination_name) (1, {QUEUE_USERS}) * 0 + 1",
)

OWNERS = Group(
    "obs-owners", (WORK_OWNERS, WORK_OWNER, SERVICE_OWNERS, SERVICE_OWNER, QUEUE_OWNERS, QUEUE_USERS, QUEUE_OWNER)
)
