"""Where the time goes, by work, feature and team: the four clocks, and cores."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.promql import rate
from obs.generate.rules.record import Record
from obs.generate.rules.records.owners import WORK_OWNER
from obs.metrics.catalog import OBS_INTERFERENCE, OBS_WORK_SECONDS

VERSION_CLOCKS = Record(
    "work_version:obs_work_seconds:rate5m",
    f"sum by (env, service, version, kind, work, state) ({rate(OBS_WORK_SECONDS)})",
    "seconds a second in that state",
)
WORK_CLOCKS = Record(
    "work:obs_work_seconds:rate5m", f"sum without (version) ({VERSION_CLOCKS})", "seconds a second in that state"
)
WORK_CPU = Record(
    "work:obs_work_cpu_seconds:rate5m",
    f'sum without (kind, state) ({WORK_CLOCKS}{{state="cpu"}})',
    "cores",
)
FEATURE_CPU = Record(
    "feature:obs_work_cpu_seconds:rate5m",
    f"""
sum by (env, team, feature) (
    {WORK_CPU} * on (env, service, work) group_left (feature, team) {WORK_OWNER}
  or on (env, service, work)
    {WORK_CPU}
)
""",
    "cores; no team and no feature is what nobody owns",
)
TEAM_CPU = Record("team:obs_work_cpu_seconds:rate5m", f"sum without (feature) ({FEATURE_CPU})", "cores")
PAIRS = Record(
    "culprit_victim:obs_interference_seconds:rate5m",
    f"sum by (env, service, culprit, victim) ({rate(OBS_INTERFERENCE)})",
    "seconds a second that the victim stood in line behind the culprit",
)
CULPRITS = Record(
    "culprit:obs_interference_seconds:rate5m",
    f"sum without (victim) ({PAIRS})",
    "seconds a second that others stood in line behind the culprit",
)

WORK = Group("obs-work", (VERSION_CLOCKS, WORK_CLOCKS, WORK_CPU, FEATURE_CPU, TEAM_CPU, PAIRS, CULPRITS))
