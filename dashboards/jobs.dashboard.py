"""For grafanalib: `generate-dashboard -o jobs.json jobs.dashboard.py` makes the file beside this one."""

from obs.generate.boards.grafana.dashboard import dashboard as grafana
from obs.generate.boards.jobs import JOBS

dashboard = grafana(JOBS)
