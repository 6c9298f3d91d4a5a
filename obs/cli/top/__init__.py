"""``obs top``: the live table of a service's works in the terminal. See :mod:`obs.cli.top.command`."""

from __future__ import annotations

from obs.cli.top.command import Top as Top
