"""What has which colour, on every board and on obs's own pages (obs/profiling/render/page/palette.css, the dark ones).

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#color-scheme
"""

from __future__ import annotations

CLOCKS = {"cpu": "#f08a4b", "held": "#ff6b7f", "delay": "#b392f5", "wait": "#6cb2f5"}
"""The four clocks of a work."""

GOOD, WARN, BAD, PLAIN, OTHER = "green", "orange", "red", "blue", "#8e8e8e"
"""Names that Grafana has a light and a dark shade of."""

STATES = {"running": "#f08a4b", "ready": "#b392f5", "waiting": "#6cb2f5"}
"""Greenlets: a running one is on the CPU, a ready one stands in line."""
