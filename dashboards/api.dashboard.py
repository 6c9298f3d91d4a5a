"""For grafanalib: `generate-dashboard -o api.json api.dashboard.py` makes the file beside this one."""

from obs.generate.boards.api import API
from obs.generate.boards.grafana.dashboard import dashboard as grafana

dashboard = grafana(API)
