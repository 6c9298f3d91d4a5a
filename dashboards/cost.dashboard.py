"""For grafanalib: `generate-dashboard -o cost.json cost.dashboard.py` makes the file beside this one."""

from obs.generate.boards.cost import COST
from obs.generate.boards.grafana.dashboard import dashboard as grafana

dashboard = grafana(COST)
