"""Pieces of PromQL for boards. A series is a metric of the catalog or a record of the rules, never a bare name.

A selector asks for what is chosen on the board by each label that the series has; a label that it hasn't is an error
here, and not an empty panel at night.
"""

from __future__ import annotations

from obs.generate.boards.labels import Series, labels_of
from obs.generate.rules.records.owners import QUEUE_OWNER, WORK_OWNER

CHOSEN = ("env", "service", "version", "instance")
"""Labels with a variable of the same name, which hold for every selector."""

WINDOW = "$__rate_interval"


class Like(str):
    """A regular expression for a label."""

    __slots__ = ()


def of(series: Series, part: str = "", /, **matchers: str) -> str:
    """The selector of what is chosen, narrowed by ``matchers``. ``part``: ``_bucket``, ``_sum``, ``_count``."""
    known = labels_of(series)
    for label in matchers:
        if label not in known:
            raise LookupError(f"{series.name} has no label {label}; it has {', '.join(known)}")
    wanted = {label: Like(f"${label}") for label in CHOSEN if label in known} | matchers
    inside = ", ".join(f'{label}{"=~" if isinstance(value, Like) else "="}"{value}"' for label, value in wanted.items())
    return f"{series.name}{part}{{{inside}}}"


def rate(series: Series, part: str = "", /, window: str = WINDOW, **matchers: str) -> str:
    return f"rate({of(series, part, **matchers)}[{window}])"


def increase(series: Series, part: str = "", /, window: str = "$__range", **matchers: str) -> str:
    """How much it grew: over all of the time that the board shows, if nothing else is said."""
    return f"increase({of(series, part, **matchers)}[{window}])"


def total(expr: str, *by: str) -> str:
    return summed("sum", expr, by)


def most(expr: str, *by: str) -> str:
    return summed("max", expr, by)


def least(expr: str, *by: str) -> str:
    return summed("min", expr, by)


def summed(how: str, expr: str, by: tuple[str, ...]) -> str:
    return f"{how} by ({', '.join(by)}) ({expr})" if by else f"{how}({expr})"


def share(part: str, whole: str) -> str:
    """Nothing, and not NaN, where the whole is 0."""
    return f"{part} / ({whole} > 0)"


def quantile(q: float, buckets: str, *by: str) -> str:
    """Nothing, and not NaN, where nothing happened."""
    return f"histogram_quantile({q:g}, {total(buckets, 'le', *by)}) >= 0"


def top(count: int, expr: str) -> str:
    """The ``count`` series of ``expr`` that are greatest at the end, and the same ones over all of the time.

    Plain topk in a range shows another ten at each step, a hundred in all
    (https://github.com/prometheus/prometheus/issues/586). Of recorded series only: all of them are looked at.
    """
    if "[" in expr:
        raise ValueError(f"top() is for recorded series, not for rates of raw ones: {expr}")
    return f"{expr} and topk({count}, {expr.replace('}', '} @ end()')})"


def owned(expr: str) -> str:
    """``expr``, of works, for the features and teams that are chosen; with ``feature`` and ``team``."""
    chosen = of(WORK_OWNER, feature=Like("$feature"), team=Like("$team"))
    return f"({expr}) * on (env, service, work) group_left (feature, team) {chosen}"


def queued(expr: str) -> str:
    """``expr``, of queues, for those that the chosen services and teams work on."""
    on = "env, messaging_system, messaging_destination_name"
    return f"{expr} and on ({on}) {of(QUEUE_OWNER, team=Like('$team'))}"


def against(now: str, before: str) -> str:
    """By which part it grew: 0.5 is half as much again."""
    return f"{now} / ({before} > 0) - 1"


def ago(expr: str, offset: str) -> str:
    """``expr``, of recorded series, so long ago."""
    return expr.replace("}", "} offset " + offset)


def or_zero(expr: str) -> str:
    """0 where there is no series yet, so that "none" looks like none and not like a fault."""
    return f"{expr} or vector(0)"
