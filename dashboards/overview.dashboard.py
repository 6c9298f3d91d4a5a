"""For grafanalib: `generate-dashboard -o overview.json overview.dashboard.py` makes the file beside this one."""

from obs.generate.boards.grafana.dashboard import dashboard as grafana
from obs.generate.boards.overview import OVERVIEW

dashboard = grafana(OVERVIEW)
