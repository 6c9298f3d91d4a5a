"""The promtool tests of a rule file."""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.rules import case
from obs.generate.rules.cases.registry import CASES
from obs.generate.rules.group import Group
from obs.generate.rules.needed import needed
from obs.generate.rules.registry import FILES
from obs.generate.rules.site import Site
from obs.generate.rules.write import NOTICE

EVALUATED = {"process": "5m", "slo": "5m"}
"""How often the rules are evaluated, where a minute would be oftener than hours of made-up time need."""


def text(file: str, site: Site, files: Mapping[str, tuple[Group, ...]] = FILES) -> str:
    """The test file of ``file``; empty for one whose alerts have no cases.

    The cases hold for the rules as they are here: a site that overrides a limit has other alerts.
    """
    alerts = [alert for group in files[file] for alert in group.alerts]
    asked = [(alert, each) for alert in alerts for each in CASES.get(alert.key, ())]
    if not asked:
        return ""
    rules = {f"{name}.rules.yaml": files[name] for name in needed(file, files)}
    return case.text(rules, asked, site, NOTICE, EVALUATED.get(file, case.STEP))
