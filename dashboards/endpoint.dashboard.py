"""For grafanalib: `generate-dashboard -o endpoint.json endpoint.dashboard.py` makes the file beside this one."""

from obs.generate.boards.endpoint import ENDPOINT
from obs.generate.boards.grafana.dashboard import dashboard as grafana

dashboard = grafana(ENDPOINT)
