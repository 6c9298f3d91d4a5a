"""``obs demo``: the example service, its traffic and a live table. See :mod:`obs.cli.demo.command`."""

from __future__ import annotations

from obs.cli.demo.command import Demo as Demo
