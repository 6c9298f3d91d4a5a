"""Which alert makes which other say nothing new: Alertmanager's inhibition rules.

https://prometheus.io/docs/alerting/latest/configuration/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from obs.generate.rules.alert import Alert


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While ``source`` fires, ``targets`` with the same values of ``equal`` are not sent. Names, not keys."""

    source: str
    targets: tuple[str, ...]
    equal: tuple[str, ...]
    why: str

    def values(self) -> dict[str, Any]:
        return {
            "source_matchers": [f'alertname="{self.source}"'],
            "target_matchers": [f'alertname=~"{"|".join(self.targets)}"'],
            "equal": list(self.equal),
        }


SERVICE = ("env", "service")
QUEUE = ("env", "messaging_system", "messaging_destination_name")
SLO = ("env", "service", "slo")

INHIBITIONS: tuple[Inhibition, ...] = (
    Inhibition("ObsServiceDown", ("Obs.+",), SERVICE, "what is gone has no other trouble worth a message"),
    Inhibition("ObsSloBurnFast", ("ObsSloBurn", "ObsSloBurnSlow", "ObsSloBurnCreeping"), SLO, "the worst burn says it"),
    Inhibition("ObsSloBurn", ("ObsSloBurnSlow", "ObsSloBurnCreeping"), SLO, "a page says what its ticket would"),
    Inhibition("ObsSloBurnSlow", ("ObsSloBurnCreeping",), SLO, "the same burn, seen over longer"),
    Inhibition("ObsLoopSaturated", ("ObsLoopDelay", "ObsThreadpoolExhausted"), SERVICE, "a full loop comes late"),
    Inhibition("ObsListenQueueFilling", ("ObsLoopSaturated", "ObsLoopDelay"), SERVICE, "the same, as clients see it"),
    Inhibition("ObsBrokerUnreadable", ("ObsQueueAge", "ObsQueueNotDraining"), QUEUE, "what is not read is not known"),
    Inhibition("ObsQueueAge", ("ObsQueueNotDraining",), QUEUE, "a page says what its ticket would"),
    Inhibition("ObsDeployErrors", ("ObsDeploySlower",), (*SERVICE, "work"), "failing fast or slowly"),
    Inhibition("ObsRetryStorm", ("ObsJobFailures",), (*SERVICE, "work"), "what is tried again has failed"),
)
"""An alert doesn't inhibit itself: Alertmanager leaves out what matches both sides."""

INHIBIT: list[dict[str, Any]] = [inhibition.values() for inhibition in INHIBITIONS]
"""``inhibit_rules`` of Alertmanager's configuration."""


def named(alerts: Iterable[Alert]) -> dict[str, tuple[str, ...]]:
    """By alert, which others silence it."""
    return {
        alert.name: tuple(
            each.source for each in INHIBITIONS if each.source != alert.name and silences(each, alert.name)
        )
        for alert in alerts
    }


def silences(inhibition: Inhibition, name: str) -> bool:
    return name in inhibition.targets or "Obs.+" in inhibition.targets
