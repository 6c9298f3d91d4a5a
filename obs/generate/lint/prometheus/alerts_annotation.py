from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.labels import labels
from obs.generate.lint.world import World

SEVERITIES = ("page", "ticket")
NOTES = ("summary", "description", "runbook_url", "dashboard_url")
LABELS = ("service", "team")


class AlertsAnnotation(Check):
    """An alert says how bad it is, whose, what, and where to look: whoever it wakes needs all of it.

    severity is page or ticket; service and team are labels; the summary has no figure, so that a group has one.
    """

    name = "alerts-annotation"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if not rule.alert:
            return
        own, notes = rule.rule.get("labels") or {}, rule.rule.get("annotations") or {}
        if own.get("severity") not in SEVERITIES:
            said = f"has the severity {own.get('severity')!r}"
            yield self.problem(rule.place, said, "set the label severity to page or ticket")
        for key in NOTES:
            if not notes.get(key):
                yield self.problem(rule.place, f"has no {key}", "write it for whoever is woken")
        if "{{" in str(notes.get("summary", "")):
            yield self.problem(rule.place, "has a template in its summary", "put it into the description", "warning")
        had = labels(rule.tree, world.series).plus(*own) if rule.tree is not None else None
        for label in LABELS if had else ():
            if had and not had.may_have(label):
                yield self.problem(rule.place, f"has no label {label}", "keep it in the expression, or set it")
