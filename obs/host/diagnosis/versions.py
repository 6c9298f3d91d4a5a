"""Are these the versions that obs is tested with?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation


class Range(NamedTuple):
    """Of one package: from ``lowest`` on it works, below ``untested`` it is tested."""

    package: str
    lowest: str
    untested: str


TESTED = (
    Range("python", "3.11", "3.14"),
    Range("gevent", "24.11.1", "27"),
    Range("greenlet", "3.1.1", "4"),
    Range("gunicorn", "23", "28"),
    Range("flask", "3", "4"),
    Range("prometheus-client", "0.21", "1"),
    Range("opentelemetry-api", "1.30", "2"),
    Range("opentelemetry-sdk", "1.30", "2"),
    Range("opentelemetry-instrumentation-flask", "0.51b0", "1"),
)


def versions(situation: Situation) -> Iterator[Finding]:
    """What the service's interpreter would import, against what was tested."""
    target = situation.target
    found = {**target.packages, "python": target.version or None}
    for package, lowest, untested in TESTED:
        have = found.get(package)
        if have is None:
            continue
        seen = f"{target.python} has {package} {have}"
        if parse(have) < parse(lowest):
            yield Finding("error", f"{package} {have} is too old for obs", seen, f"install {package}>={lowest}")
        elif parse(have) >= parse(untested):
            yield Finding(
                "warning",
                f"obs is not tested with {package} {have}",
                seen,
                f"tested: {lowest} to below {untested}",
            )


def parse(version: str) -> tuple[int, ...]:
    """The leading numbers of each part: enough to compare releases (``0.51b0`` is 0.51)."""
    numbers = []
    for part in version.split("."):
        digits = "".join(c for c in part[: next((i for i, c in enumerate(part) if not c.isdigit()), len(part))])
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
