"""The [[slo]] tables of the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from obs.config import values
from obs.config.config import Feature
from obs.config.document import Table
from obs.config.patterns import covers
from obs.config.slo import FASTEST, Slo
from obs.config.wrong import did_you_mean
from obs.errors import ConfigError

SUBJECTS = ("feature", "routes", "jobs")
"""The keys that say what a promise is about: one of them."""


def promise(table: Table, features: Sequence[Feature]) -> Slo:
    """The SLO of a table. Raises ConfigError."""
    slo = Slo(
        name=table.require("name", values.TEXT, "send-message"),
        objective=objective(table),
        routes=table.read_list("routes", values.ROUTE),
        jobs=table.read_list("jobs", values.JOB),
        latency=limit(table, "latency"),
        queue_wait=limit(table, "queue_wait"),
    )
    subject = subject_of(table)
    if slo.latency is not None and slo.queue_wait is not None:
        fix = "write two [[slo]], one for each"
        raise ConfigError(table.at("queue_wait"), "stands beside latency: these are two promises", fix)
    if slo.queue_wait is not None and subject == "routes":
        fix = 'write jobs = ["name.*"] or a feature, or latency for requests'
        raise ConfigError(table.at("queue_wait"), "is about jobs, and this promise about routes", fix)
    owned = of_feature(table, slo, features) if subject == "feature" else of_patterns(table, slo, features)
    return owned if "team" not in table.values else owned._replace(team=table.read("team", values.TEXT))


def subject_of(table: Table) -> str:
    """The one key that says what the promise is about. Raises ConfigError for none and for several."""
    found = [key for key in SUBJECTS if key in table.values]
    if not found:
        fix = 'add feature = "name", or routes = ["/path*"], or jobs = ["name.*"]'
        raise ConfigError(table.where, "is about nothing", fix)
    if len(found) > 1:
        fix = "keep one of them; write a [[slo]] for each if you mean both"
        raise ConfigError(table.at(found[1]), f"stands beside {found[0]}: a promise is about one thing", fix)
    if found[0] != "feature" and table.values[found[0]] == []:
        raise ConfigError(table.at(found[0]), "is empty, so the promise is about nothing", "add a pattern to it")
    return found[0]


def objective(table: Table) -> float:
    """Per cent. Raises ConfigError for one that no alert could tell from a total failure."""
    found: float = table.require("objective", values.OBJECTIVE, "99.9")
    worst = 100 / (100 - found)
    if worst <= FASTEST:
        least = 100 - 100 / FASTEST
        problem = (
            f"{found:g} can never alert: if all fails the budget burns {worst:.4g} times too fast, and a page takes "
            f"{FASTEST:g} times"
        )
        raise ConfigError(table.at("objective"), problem, f"promise more than {least:.4g}")
    return found


def limit(table: Table, key: str) -> float | None:
    """Seconds, or None if the promise has no such limit. Raises ConfigError."""
    found: float | None = table.read(key, values.DURATION)
    if found == 0:
        raise ConfigError(table.at(key), "is 0: nothing is that fast", "write a duration, or leave it out")
    return found


def of_feature(table: Table, slo: Slo, features: Sequence[Feature]) -> Slo:
    """The promise with the feature that it names, which has such work. Raises ConfigError."""
    name = table.read("feature", values.TEXT)
    feature = next((feature for feature in features if feature.name == name), None)
    if feature is None:
        fix = did_you_mean(name, [feature.name for feature in features], f'add a [[feature]] with name = "{name}"')
        raise ConfigError(table.at("feature"), f'there is no feature "{name}"', fix)
    if slo.queue_wait is not None and not feature.jobs:
        fix = f'give {name} jobs = ["name.*"], or promise a latency'
        raise ConfigError(table.at("queue_wait"), f"is about jobs, and {name} has none", fix)
    if slo.latency is not None and not feature.routes:
        fix = 'write jobs = ["name.*"] in place of feature for how long jobs run, or queue_wait'
        raise ConfigError(table.at("latency"), f"is about requests, and {name} has no routes", fix)
    return slo._replace(feature=feature.name, team=feature.team)


def of_patterns(table: Table, slo: Slo, features: Sequence[Feature]) -> Slo:
    """The promise with the feature and the team that all its patterns are of. Raises ConfigError if there is none."""
    kind: Literal["request", "job"] = "request" if slo.routes else "job"
    owners = [owner(kind, pattern, features) for pattern in slo.routes or slo.jobs]
    team = only({feature.team if feature else "" for feature in owners})
    if not team and "team" not in table.values:
        problem = "is about work of several teams" if all(owners) else "is about work that no feature wholly owns"
        raise ConfigError(table.where, f"{problem}, so nobody is told", 'add team = "chat-core"')
    return slo._replace(feature=only({feature.name if feature else "" for feature in owners}), team=team)


def only(found: set[str]) -> str:
    """The one text in it; empty if there are several."""
    return next(iter(found)) if len(found) == 1 else ""


def owner(kind: Literal["request", "job"], pattern: str, features: Sequence[Feature]) -> Feature | None:
    """The first feature that owns all that ``pattern`` can match."""
    for feature in features:
        if any(covers(kind, wide, pattern) for wide in (feature.routes if kind == "request" else feature.jobs)):
            return feature
    return None
