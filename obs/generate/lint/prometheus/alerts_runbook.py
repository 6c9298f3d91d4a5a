from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World
from obs.generate.rules.runbook import SECTIONS


class AlertsRunbook(Check):
    """An alert's runbook_url leads to a page that is there, with the sections that whoever is woken looks for.

    Asked only if there are pages: Markdown in a folder ``runbooks`` of what is checked.
    """

    name = "alerts-runbook"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        url = str((rule.rule.get("annotations") or {}).get("runbook_url", ""))
        if not (world.pages and url):
            return
        name = unquote(urlsplit(url).path.rpartition("/")[2])
        page = world.pages.get(name)
        if page is None:
            yield self.problem(rule.place, f"leads to {name}, which isn't there", "write it, or mend runbook_url")
        elif lacking := [title for title in SECTIONS if title not in page.titles]:
            said = f"leads to {name}, which doesn't say: {', '.join(lacking)}"
            yield self.problem(rule.place, said, "write a section of each", "warning")
