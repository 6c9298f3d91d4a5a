"""``obs rules``."""

from __future__ import annotations

from typing import ClassVar

from obs.cli.command import Command
from obs.cli.rules.replay import Replay


class Rules(Command):
    """Ask about the alerts: how often each would have fired.

    `obs rules replay` asks a Prometheus that has a history; `obs generate` writes the rules themselves.
    """

    name = "rules"
    parts: ClassVar[tuple[Command, ...]] = (Replay(),)
