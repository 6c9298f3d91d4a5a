"""Whose a work, a service and a queue are: exactly one series for each, to join with.

While a rollout changes an owner both are exported. The one that more instances name wins; a plain join with
obs_work_info would be an error of "many-to-many matching" until the rollout's end.
"""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.generate.rules.records.jobs import BACKLOG, QUEUE_WORK_DELIVERIES
from obs.generate.rules.records.targets import UP
from obs.metrics.catalog import OBS_PROCESSES, OBS_WORK_INFO

WORK_OWNERS = Record(
    "work_owner:obs_work_info:count",
    f"count by (env, service, kind, work, feature, team) ({OBS_WORK_INFO.name})",
    "instances that name this owner of the work",
)
WORK_OWNER = Record(
    "work:obs_work:info",
    f"""
  topk by (env, service, work) (1, {WORK_OWNERS}) * 0 + 1
or on (env, service, work)
  topk by (env, service, work) (1, last_over_time({WORK_OWNERS}[1h])) * 0 + 1
""",
    "1: kind, feature and team of the work; still known an hour after its last instance",
)
SERVICE_OWNERS = Record(
    "service_owner:obs_work:count",
    f"""
  count by (env, service, team) ({WORK_OWNER}{{team!=""}})
or on (env, service)
  count by (env, service) ({WORK_OWNER})
""",
    "works of the service that this team owns",
)
SERVICE_OWNER = Record(
    "service:obs_team:info",
    f"""
  topk by (env, service) (1, {SERVICE_OWNERS}) * 0 + 1
or on (env, service)
  topk by (env, service) (1, last_over_time({SERVICE_OWNERS}[1d])) * 0 + 1
or on (env, service)
  group by (env, service) ({OBS_PROCESSES.name})
or on (env, service)
  group by (env, service) ({UP})
""",
    "1: the team that owns most of the service's works; no team where nobody owns one; known for a day after its end",
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
QUEUE_OWNER = Record(
    "queue:obs_owner:info",
    f"""
  topk by (env, messaging_system, messaging_destination_name) (1, sum_over_time({QUEUE_OWNERS}[1d])) * 0 + 1
or on (env, messaging_system, messaging_destination_name)
  topk by (env, messaging_system, messaging_destination_name) (1,
    count by (env, messaging_system, messaging_destination_name, service) ({BACKLOG})
    * on (env, service) group_left (team) {SERVICE_OWNER}
  ) * 0 + 1
""",
    "1: service and team that did most of the queue's jobs in the last day; else a service that uses it",
)

OWNERS = Group("obs-owners", (WORK_OWNERS, WORK_OWNER, SERVICE_OWNERS, SERVICE_OWNER, QUEUE_OWNERS, QUEUE_OWNER))
