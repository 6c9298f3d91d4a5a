from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.labels import labels
from obs.generate.lint.promql.walk import calls
from obs.generate.lint.world import World

VALUE = re.compile(r"\$value\b|(?<![\w.)])\.Value\b")
LABEL = re.compile(r"\$labels\.(\w+)")
PLAIN = re.compile(r"\{\{\s*\$value\s*\}\}")
SMALL = ("rate", "irate", "deriv")


class AlertsTemplate(Check):
    """Templates read only labels that the expression has; no value in a label (each value would be another alert).

    A value of rate() is shown by one of the humanize functions.
    """

    name = "alerts-template"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if not rule.alert or rule.tree is None:
            return
        own, notes = texts(rule, "labels"), texts(rule, "annotations")
        for name in (name for name, text in own.items() if VALUE.search(text)):
            yield self.problem(rule.place, f"its label {name} holds the value", "put that into an annotation")
        had = labels(rule.tree, world.series).plus(*own, "alertname")
        for name, label in read({**own, **notes}):
            if not had.may_have(label):
                said = f"{name} reads the label {label}, which the expression doesn't have"
                yield self.problem(rule.place, said, "keep it in the expression, or leave it out here")
        if any(call.func.name in SMALL for call, _ in calls(rule.tree)):
            for name in (name for name, text in notes.items() if PLAIN.search(text)):
                said = f"{name} shows a rate as it is, with many digits"
                yield self.problem(rule.place, said, "write {{ $value | humanize }}", "warning")


def texts(rule: Query, section: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in (rule.rule.get(section) or {}).items()}


def read(templates: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each label that a template reads."""
    for name, text in templates.items():
        for label in sorted(set(LABEL.findall(text))):
            yield name, label
