"""What a description asks Prometheus when its alert fires: whom to look at first.

The functions are Prometheus's (https://prometheus.io/docs/prometheus/latest/configuration/template_reference/).
"""

from __future__ import annotations

from obs.generate.rules.record import Record
from obs.generate.rules.records.loop import SERVICE_BUSY, WORK_BLOCKED
from obs.generate.rules.records.work import CULPRITS, PAIRS, WORK_CLOCKS

OF_SERVICE = "env=%q, service=%q"
COUNT = 'printf "%.0f"'
RATE = 'printf "%.2f"'
"""How numbers are shown: humanize writes half a job a second as "500m"."""


def asked(query: str, answer: str, *labels: str, otherwise: str = "") -> str:
    """``answer``, a template of the first series that ``query`` finds. Each ``%q`` in it is one of the ``labels``."""
    values = " ".join(f"$labels.{label}" for label in labels or ("env", "service"))
    found = f"{{{{ with first . }}}}{answer}{{{{ end }}}}"
    return f"{{{{ with printf `{query}` {values} | query }}}}{found}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def figure(record: Record, unit: str, *, otherwise: str = "unknown") -> str:
    """The value of a series of the service: ``unit`` is RATE, humanizeDuration, humanizePercentage …"""
    return asked(f"{record}{{{OF_SERVICE}}}", f"{{{{ .Value | {unit} }}}}", otherwise=otherwise)


BUSIEST = asked(
    f'topk(1, sum by (work) ({WORK_CLOCKS}{{{OF_SERVICE}, kind!="", state=~"cpu|held"}}))',
    "{{ .Labels.work }} holds the loops most: {{ .Value | humanizeDuration }} of each second, all processes together",
    otherwise="no work is known to hold the loops",
)
BLOCKER = asked(
    f"topk(1, {WORK_BLOCKED}{{{OF_SERVICE}}} > 0)",
    "{{ .Labels.work }} blocks them most: {{ .Value | humanizeDuration }} of each second",
    otherwise="no single work blocks them",
)
CULPRIT = asked(
    f"topk(1, {CULPRITS}{{{OF_SERVICE}}} > 0)",
    "{{ .Labels.culprit }} made others stand in line for {{ .Value | humanizeDuration }} of each second",
    otherwise="nobody is known to stand in line behind another",
)
VICTIM = asked(
    f"topk(1, {PAIRS}{{{OF_SERVICE}, culprit=%q}} > 0)",
    "{{ .Labels.victim }} stands in line behind it most, {{ .Value | humanizeDuration }} of each second",
    "env",
    "service",
    "work",
    otherwise="nobody is known to stand in line behind it",
)
BUSY = figure(SERVICE_BUSY, "humanizePercentage")
