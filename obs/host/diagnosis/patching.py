"""Was everything patched before it was used?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from obs.host.diagnosis.finding import Finding, Level
from obs.host.diagnosis.situation import Situation
from obs.runtime.patching import Holder
from obs.runtime.report import Report

SHOWN = 6

FIX = (
    "call gevent.monkey.patch_all() in the first line of the first module that runs, before those are imported "
    "(gunicorn: at the top of the configuration file; a script: python -m gevent.monkey SCRIPT)"
)


def patching(situation: Situation) -> Iterator[Finding]:
    """Who kept names from before the patch, and who uses gevent without one."""
    reports = situation.trial.reports if situation.trial else ()
    yield from too_late(reports)
    parents = {report["pid"] for report in reports if report["event"] == "fork"}  # gunicorn's runs no greenlets
    for report in reports:
        if report["gevent"] and not report["patched"] and report["pid"] not in parents:
            yield Finding(
                "warning",
                "gevent is loaded and nothing is patched: each blocking call holds up every greenlet",
                f"process {report['pid']}: {' '.join(report['argv'])[:100]}",
                "call gevent.monkey.patch_all() first, unless this process runs no greenlets",
            )
            return


def too_late(reports: Iterable[Report]) -> Iterator[Finding]:
    """One finding for each way to keep an original, with the modules and names."""
    ways: dict[str, dict[str, None]] = defaultdict(dict)
    for report in reports:
        for holder in sorted(report["holders"], key=lambda holder: holder["library"]):  # the service's own first
            ways[holder["how"]][named(holder)] = None
    for how, (level, problem) in WAYS.items():
        if names := list(ways[how]):
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            yield Finding(level, problem, ", ".join(names[:SHOWN]) + more, FIX)


WAYS: dict[str, tuple[Level, str]] = {
    "imported": ("error", "imported before gevent patched it, so it blocks the loop, or recurses without end (ssl)"),
    "subclass": ("error", "derived from a class before gevent patched it, so it blocks the loop or recurses"),
    "instance": ("error", "made before gevent patched: a greenlet that waits for it stops the whole process"),
}


def named(holder: Holder) -> str:
    return f"{holder['module']}.{holder['attribute']} is the original {holder['original']}"
