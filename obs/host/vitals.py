"""How a run's processes do as a whole: from totals, and between two looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from obs.host.quantile import quantile
from obs.host.tally import Reading, Vitals
from obs.metrics import catalog

PLAIN = {
    catalog.OBS_PROCESSES.name: "processes",
    catalog.PROCESS_CPU.name: "cpu",
    catalog.OBS_SELF_CPU.name: "own_cpu",
    catalog.PROCESS_RESIDENT_MEMORY.name: "memory",
    catalog.OBS_LISTEN_QUEUE_CONNECTIONS.name: "backlog",
}
"""The field that each metric of one number is added to."""


def vitals(series: Iterable[tuple[str, Sequence[str], Sequence[float]]]) -> Vitals:
    """What ``series`` (name, labels, cells) say of the processes; the rest of them is passed over."""
    sums = dict.fromkeys([*PLAIN.values(), "busy", "idle"], 0.0)
    late: tuple[float, ...] = ()
    greenlets: dict[str, float] = {}
    for metric, labels, cells in series:
        if metric in PLAIN:
            sums[PLAIN[metric]] += cells[0]
        elif metric == catalog.OBS_LOOP_SECONDS.name and labels[0] in sums:
            sums[labels[0]] += cells[0]
        elif metric == catalog.OBS_LOOP_DELAY.name:
            late = tuple(cells[:-1])
        elif metric == catalog.OBS_GREENLETS.name:
            greenlets[labels[0]] = greenlets.get(labels[0], 0.0) + cells[0]
    return Vitals(late=late, greenlets=greenlets, **sums)


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the processes did between two looks."""

    processes: int
    cores: float
    """Seconds of CPU that they used each second."""
    own_cores: float
    """The same of obs: what of it is in the service's processes is also in :attr:`cores`."""
    memory: float
    """Resident bytes."""
    busy: float | None
    """Of the loops' time, 0 to 1; None where no loop is watched. One that only slept tells nothing, and is idle."""
    late: float | None
    """Seconds: 99 of 100 things that were ready had to wait for less; None where nothing measures."""
    greenlets: Mapping[str, int] = field(default_factory=dict)
    backlog: int = 0

    @property
    def own_share(self) -> float:
        """Obs's CPU as a part of the service's, 0 if that used none."""
        return self.own_cores / self.cores if self.cores else 0.0


def pulse(before: Reading, now: Reading) -> Pulse:
    """What happened from ``before`` to ``now``."""
    old, new = before.vitals, now.vitals
    elapsed = max(now.at - before.at, 1e-9)
    busy, idle = new.busy - old.busy, new.idle - old.idle
    watched = new.busy + new.idle > 0
    counts = [count - earlier for count, earlier in zip(new.late, old.late or (0.0,) * len(new.late), strict=True)]
    return Pulse(
        processes=round(new.processes),
        cores=(new.cpu - old.cpu) / elapsed,
        own_cores=(new.own_cpu - old.own_cpu) / elapsed,
        memory=new.memory,
        busy=busy / max(busy + idle, 1e-9) if watched else None,
        late=quantile(0.99, catalog.LOOP_DELAY_BUCKETS, counts),
        greenlets={state: round(number) for state, number in new.greenlets.items()},
        backlog=round(new.backlog),
    )
