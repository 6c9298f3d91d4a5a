"""For grafanalib: `generate-dashboard -o gevent.json gevent.dashboard.py` makes the file beside this one."""

from obs.generate.boards.gevent import GEVENT
from obs.generate.boards.grafana.dashboard import dashboard as grafana

dashboard = grafana(GEVENT)
