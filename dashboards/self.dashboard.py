"""For grafanalib: `generate-dashboard -o self.json self.dashboard.py` makes the file beside this one."""

from obs.generate.boards.grafana.dashboard import dashboard as grafana
from obs.generate.boards.own import OWN

dashboard = grafana(OWN)
