"""Words."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.frame import frame
from obs.generate.boards.panel import Text


def text(panel: Text) -> Any:
    return core.Text(**frame(panel), content=panel.content, mode="markdown")
