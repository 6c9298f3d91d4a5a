"""Rule: every promise can be kept, and broken."""

from __future__ import annotations

from collections.abc import Iterator

from obs.config.patterns import covers
from obs.generate.lint.problem import Problem
from obs.generate.lint.subject import Subject

STRICTEST = 99.999
"""Five nines leave 26 seconds a month: more than that no service of one region keeps."""


def kept(subject: Subject) -> Iterator[Problem]:
    """SLOs that count nothing, or that nobody can keep. What is no objective or latency at all is no Config either."""
    for slo in subject.slos:
        routes = subject.promised(slo, "request")
        if slo.latency is not None and routes and all(is_long_lived(subject, route) for route in routes):
            yield Problem(
                "error",
                subject.at("slo", slo.name, "latency"),
                "is only about routes of [http] long_lived, which have no latency",
                "make the promise about requests that end, or about failures: leave latency out",
            )
        if slo.objective > STRICTEST:
            failures = round(1 / (1 - slo.objective / 100))
            yield Problem(
                "warning",
                subject.at("slo", slo.name, "objective"),
                f"{slo.objective:.10g} allows one failure in {failures:,}, which one restart uses up",
                "promise what users need; 99.9 allows one in 1,000",
            )


def is_long_lived(subject: Subject, route: str) -> bool:
    return any(covers("request", wide, route) for wide in subject.long_lived)
