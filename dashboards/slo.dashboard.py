"""For grafanalib: `generate-dashboard -o slo.json slo.dashboard.py` makes the file beside this one."""

from obs.generate.boards.grafana.dashboard import dashboard as grafana
from obs.generate.boards.slo import SLOS

dashboard = grafana(SLOS)
