"""What a run's metrics say of each work, and of the processes as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from obs.host.tally import Jobs, Owner, Queue, Reading, Tally
from obs.host.vitals import vitals
from obs.jobs.outcomes import GOOD
from obs.metrics import catalog

BOUNDS = catalog.DURATION_BUCKETS
"""Of the durations of requests and jobs alike, so that a total over both has quantiles."""

Series = tuple[str, Sequence[str], Sequence[float]]
"""A metric's name, the values of its labels, and its cells, merged over the processes (:mod:`obs.metrics.handles`)."""

Part = tuple[str, Tally]
"""What one series adds to which work."""


def reading(at: float, series: Iterable[Series]) -> Reading:
    """The tallies of every work in ``series``, read at ``at`` (seconds of a clock that never goes back)."""
    works: defaultdict[str, Tally] = defaultdict(Tally)
    active, queue = 0.0, Tally()
    owners: dict[str, Owner] = {}
    features: dict[str, str] = {}
    kinds: dict[str, str] = {}
    rest: list[Series] = []
    blame: defaultdict[tuple[str, str], float] = defaultdict(float)
    for metric, labels, cells in series:
        if metric in PARTS:
            name, tally = PARTS[metric](labels, cells)
            works[name] += tally
            if metric == catalog.OBS_WORK_SECONDS.name:
                features[name] = labels[2]
            kinds[name] = kind(metric, labels) or kinds.get(name, "")
        elif metric == catalog.HTTP_SERVER_ACTIVE_REQUESTS.name:
            active += cells[0]
        elif metric == catalog.OBS_REQUEST_QUEUE.name:
            queue += ended("", cells, failed=False)
        elif metric == catalog.OBS_INTERFERENCE.name:
            blame[labels] += cells[0]  # type: ignore[index]  # two, in the tuple that the reader keeps: one for all
        elif metric == catalog.OBS_WORK_INFO.name:
            kinds[labels[1]], owners[labels[1]] = labels[0], Owner(*labels[2:])
        else:
            rest.append((metric, labels, cells))
    return Reading(at, works, active, queue, blame, owned(features, owners), vitals(rest), kinds, jobs(rest))


def kind(metric: str, labels: Sequence[str]) -> str:
    """What kind of work a series tells of; empty if it doesn't say."""
    return labels[0] if metric == catalog.OBS_WORK_SECONDS.name else KINDS.get(metric, "")


def jobs(series: Iterable[Series]) -> Jobs:
    """What ``series`` say of the jobs as a whole, and of their queues; the rest of them is passed over."""
    active = slots = 0.0
    queues: defaultdict[tuple[str, str], Queue] = defaultdict(Queue)
    for metric, labels, cells in series:
        if metric == catalog.OBS_JOBS_ACTIVE.name:
            active += cells[0]
        elif metric == catalog.OBS_JOB_SLOTS.name:
            slots += cells[0]
        elif metric in QUEUES:
            system, name = labels
            queues[system, name] = QUEUES[metric](queues[system, name], cells[0])
    return Jobs(active, slots, queues)


def owned(features: Mapping[str, str], known: Mapping[str, Owner]) -> dict[str, Owner]:
    """``known``, and the owners of works whose processes are gone: their clocks still say of which feature they are."""
    teams = {owner.feature: owner.team for owner in known.values()}
    return {name: Owner(feature, teams.get(feature, "")) for name, feature in features.items()} | dict(known)


def request(labels: Sequence[str], cells: Sequence[float]) -> Part:
    route, method, status, error = labels
    return f"{method} {route}", ended(status, cells, failed=bool(error))


def job(labels: Sequence[str], cells: Sequence[float]) -> Part:
    _, _, name, outcome = labels
    return name, ended(outcome, cells, failed=outcome not in GOOD)


def ended(answer: str, cells: Sequence[float], *, failed: bool) -> Tally:
    """A histogram's tally: its cells are a count for each bucket, and the sum."""
    *counts, seconds = cells
    total = sum(counts)
    return Tally(tuple(counts), seconds, {answer: total}, errors=total if failed else 0.0)


def queued(labels: Sequence[str], cells: Sequence[float]) -> Part:
    return labels[1], Tally(queued=tuple(cells[:-1]))


def long_ended(labels: Sequence[str], cells: Sequence[float]) -> Part:
    route, method, protocol = labels
    return f"{method} {route}", Tally(answers={protocol: cells[0]})


def long_open(labels: Sequence[str], cells: Sequence[float]) -> Part:
    route, method, _ = labels
    return f"{method} {route}", Tally(open=cells[0])


def clock(labels: Sequence[str], cells: Sequence[float]) -> Part:
    _kind, work, _feature, state = labels
    return work, Tally(clocks={state: cells[0]})


def waited(labels: Sequence[str], cells: Sequence[float]) -> Part:
    work, on = labels
    return work, Tally(waits={on: cells[0]})


def blocks(labels: Sequence[str], cells: Sequence[float]) -> Part:
    return labels[0], Tally(blocks=cells[0])


def blocked(labels: Sequence[str], cells: Sequence[float]) -> Part:
    return labels[0], Tally(blocked=cells[0])


PARTS: dict[str, Callable[[Sequence[str], Sequence[float]], Part]] = {
    catalog.HTTP_SERVER_REQUEST_DURATION.name: request,
    catalog.MESSAGING_PROCESS_DURATION.name: job,
    catalog.OBS_JOB_QUEUE_WAIT.name: queued,
    catalog.OBS_LONG_REQUESTS.name: long_ended,
    catalog.OBS_LONG_REQUESTS_ACTIVE.name: long_open,
    catalog.OBS_WORK_SECONDS.name: clock,
    catalog.OBS_WAIT_SECONDS.name: waited,
    catalog.OBS_LOOP_BLOCKS.name: blocks,
    catalog.OBS_LOOP_BLOCKED.name: blocked,
}
"""How each metric adds to a work."""

KINDS = {
    catalog.HTTP_SERVER_REQUEST_DURATION.name: "request",
    catalog.OBS_LONG_REQUESTS.name: "request",
    catalog.OBS_LONG_REQUESTS_ACTIVE.name: "request",
    catalog.MESSAGING_PROCESS_DURATION.name: "job",
    catalog.OBS_JOB_QUEUE_WAIT.name: "job",
}
"""The kind of what each of these metrics tells of."""

QUEUES: dict[str, Callable[[Queue, float], Queue]] = {
    catalog.OBS_JOB_BACKLOG.name: lambda queue, value: queue._replace(backlog=value),
    catalog.OBS_JOB_OLDEST_AGE.name: lambda queue, value: queue._replace(oldest=value),
    catalog.OBS_JOB_BROKER_UP.name: lambda queue, value: queue._replace(up=bool(value)),
}
"""What each of these metrics tells of a queue."""
