"""Do jobs fail?"""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import asked
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_work
from obs.generate.rules.promql import WORK_OF_JOB, increase
from obs.generate.rules.records.jobs import FAILED, WORK_DELIVERIES, WORK_FAILURES, WORK_RETRIES
from obs.metrics.catalog import MESSAGING_PROCESS_DURATION, OBS_JOBS_LOST

NOT_OK = 'outcome!="ok"'
OF_JOB = "env=%q, service=%q, job=%q"


def outcome(matcher: str) -> str:
    """The commonest outcome of the job, of those that ``matcher`` names."""
    ended = f"increase({MESSAGING_PROCESS_DURATION.name}_count{{{OF_JOB}, {matcher}}}[15m])"
    return asked(
        f"topk(1, sum by (outcome) ({ended}) > 0)",
        'Most are "{{ .Labels.outcome }}"',
        "env",
        "service",
        "work",
        otherwise="How they end is not known",
    )


JOB_FAILURES = Alert(
    key="job-failures",
    expr=by_work(f"""
    avg_over_time({WORK_FAILURES}[15m]) / (avg_over_time({WORK_DELIVERIES}[15m]) > 0) > ${{share}}
  and
    sum_over_time({WORK_FAILURES}[15m]) * ${{interval}} >= ${{failures}}
"""),
    severity="ticket",
    hold="5m",
    summary="A job fails too often.",
    description=(
        "{{ $value | humanizePercentage }} of the deliveries of {{ $labels.work }} in ${service} "
        f"fail. {outcome(FAILED)}."
    ),
    board="obs-endpoint",
    limits={"share": 0.1, "failures": 10},
    filters={"work": "work"},
)
RETRY_STORM = Alert(
    key="retry-storm",
    expr=by_work(f"""
    avg_over_time({WORK_RETRIES}[15m]) / (avg_over_time({WORK_DELIVERIES}[15m]) > 0) > ${{share}}
  and
    sum_over_time({WORK_RETRIES}[15m]) * ${{interval}} >= ${{retries}}
"""),
    severity="ticket",
    hold="5m",
    summary="A job is mostly retries: the queue works for nothing.",
    description=(
        "{{ $value | humanizePercentage }} of the deliveries of {{ $labels.work }} in ${service} "
        f"are not the first of their job. {outcome(NOT_OK)}."
    ),
    board="obs-endpoint",
    limits={"share": 0.5, "retries": 30},
    filters={"work": "work"},
)
JOBS_LOST = Alert(
    key="jobs-lost",
    expr=by_work(f"""
  sum by (env, service, work) (
    label_replace({increase(OBS_JOBS_LOST, window="15m")}, {WORK_OF_JOB})
  ) > ${{jobs}}
"""),
    severity="ticket",
    hold="1m",
    summary="Workers vanish in the middle of their jobs.",
    description=(
        '{{ $value | printf "%.0f" }} deliveries of {{ $labels.work }} in ${service} lost '
        "their worker in a quarter of an hour: killed for its memory, by hand, or by a deploy that doesn't wait."
    ),
    board="obs-endpoint",
    limits={"jobs": 3},
    filters={"work": "work"},
)

JOB_ALERTS = Group("obs-jobs-alerts", (JOB_FAILURES, RETRY_STORM, JOBS_LOST))
