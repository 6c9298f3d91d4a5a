"""Every group of rules, in the order of the files and of the documentation."""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.rules.alert import Alert
from obs.generate.rules.alerts.deploy import DEPLOY_ALERTS
from obs.generate.rules.alerts.jobs import JOB_ALERTS
from obs.generate.rules.alerts.loop import LOOP_ALERTS
from obs.generate.rules.alerts.process import PROCESS_ALERTS
from obs.generate.rules.alerts.queues import QUEUE_ALERTS
from obs.generate.rules.alerts.slo import SLOS
from obs.generate.rules.alerts.targets import TARGET_ALERTS
from obs.generate.rules.alerts.telemetry import TELEMETRY_ALERTS
from obs.generate.rules.group import Group
from obs.generate.rules.records.jobs import JOBS
from obs.generate.rules.records.loop import LOOP
from obs.generate.rules.records.owners import OWNERS
from obs.generate.rules.records.process import PROCESS
from obs.generate.rules.records.requests import REQUESTS
from obs.generate.rules.records.targets import TARGET_RECORDS
from obs.generate.rules.records.versions import VERSIONS
from obs.generate.rules.records.work import WORK

FILES: Mapping[str, tuple[Group, ...]] = {
    "recorded-targets": (TARGET_RECORDS,),
    "recorded-requests": (REQUESTS,),
    "recorded-jobs": (JOBS,),
    "recorded-owners": (OWNERS,),
    "recorded-work": (WORK,),
    "recorded-loop": (LOOP,),
    "recorded-process": (PROCESS,),
    "recorded-versions": (VERSIONS,),
    "slo": (SLOS,),
    "targets": (TARGET_ALERTS,),
    "loop": (LOOP_ALERTS,),
    "process": (PROCESS_ALERTS,),
    "queues": (QUEUE_ALERTS,),
    "jobs": (JOB_ALERTS,),
    "telemetry": (TELEMETRY_ALERTS,),
    "deploy": (DEPLOY_ALERTS,),
}
"""``NAME.rules.yaml`` and what is in it."""

GROUPS: tuple[Group, ...] = tuple(group for groups in FILES.values() for group in groups)

ALERTS: tuple[Alert, ...] = tuple(alert for group in GROUPS for alert in group.alerts)
