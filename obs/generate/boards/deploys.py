"""A mark where a service's version changed."""

from __future__ import annotations

from obs.generate.boards.board import Annotation
from obs.generate.boards.promql import ago
from obs.generate.rules.records.versions import CURRENT

NOW = f'{CURRENT.name}{{env=~"$env", service=~"$service"}}'
BEFORE = ago(NOW, "2m")

DEPLOYS = Annotation(
    "deploys", f"({NOW} unless {BEFORE}) and on (env, service) {BEFORE}", "{{service}} is now {{version}}", "blue"
)
"""For the two minutes in which the version is new; not where the service itself is."""
