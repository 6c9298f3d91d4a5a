"""What Prometheus knows of the targets by itself."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.record import Record

UP = 'up{job=~"(.+/)?obs"}'
"""obs's targets: the scrape configurations that we generate call their job so."""

TARGETS = Record("service:up:count", f"count by (env, service) ({UP})", "targets of the service")
TARGETS_UP = Record("service:up:sum", f"sum by (env, service) ({UP})", "targets of the service that answer")

TARGET_RECORDS = Group("obs-targets", (TARGETS, TARGETS_UP), interval="30s")
