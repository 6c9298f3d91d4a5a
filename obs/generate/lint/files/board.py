"""A dashboard of Grafana."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from obs.generate.lint.files.query import Json, Query
from obs.generate.lint.promql.expand import expanded
from obs.generate.lint.promql.parse import parse
from obs.generate.queries.target import panels, query_of


@dataclass(frozen=True, slots=True)
class Board:
    """Its JSON, and what is in it."""

    file: str
    values: Json

    @property
    def uid(self) -> str:
        return str(self.values.get("uid") or "")

    @property
    def panels(self) -> list[Json]:
        """Without the rows themselves."""
        return [panel for panel in panels(self.values) if panel.get("type") != "row"]

    @property
    def variables(self) -> list[Json]:
        return list((self.values.get("templating") or {}).get("list") or ())

    def variable(self, name: str) -> Json | None:
        return next((found for found in self.variables if found.get("name") == name), None)

    def of_type(self, kind: str) -> list[Json]:
        return [found for found in self.variables if found.get("type") == kind]

    @property
    def language(self) -> str:
        """``prometheus``, ``loki``: what its first datasource variable chooses among; empty without one."""
        return next((query_of(found).lower() for found in self.of_type("datasource")), "")

    def queries(self) -> Iterator[Query]:
        """Each target of a panel that has an expression; of another language than PromQL none."""
        values = {str(found.get("name")): current(found) for found in self.variables}
        for panel in self.panels:
            for target in panel.get("targets") or ():
                expr = target.get("expr")
                if expr and self.language_of(panel, target) in ("prometheus", ""):
                    place = f"{title(panel)}, query {target.get('refId', 'A')}"
                    parsed = parse(expanded(expr, values))
                    yield Query(self.file, place, expr, parsed, target=target, panel=panel)

    def language_of(self, panel: Json, target: Json) -> str:
        """As the target's datasource says, else the panel's, else the board's."""
        for holder in (target, panel):
            source = holder.get("datasource")
            if isinstance(source, Mapping) and source.get("type"):
                return str(source["type"])
        return self.language


def title(panel: Json) -> str:
    """What a person calls the panel."""
    return str(panel.get("title") or f"panel {panel.get('id', '?')}")


def uid_of(holder: Json) -> str:
    """The datasource's uid; of the old form its name."""
    source = holder.get("datasource")
    return str(source.get("uid") or "") if isinstance(source, Mapping) else str(source or "")


def current(variable: Json) -> str:
    """The value that it has when the board opens, if that is one text; else its first option's."""
    value: Any = (variable.get("current") or {}).get("value")
    if isinstance(value, list):
        value = value[0] if value else ""
    if not value and variable.get("options"):
        value = variable["options"][0].get("value")
    return value if isinstance(value, str) and not value.startswith("$__") else ""
