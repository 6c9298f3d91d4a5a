"""What a site wants of `obs generate`: its addresses, and its changes to boards and rules (obs.generate.toml)."""

from obs.generate.setup.setup import Alertmanager as Alertmanager
from obs.generate.setup.setup import Grafana as Grafana
from obs.generate.setup.setup import Kubernetes as Kubernetes
from obs.generate.setup.setup import Prometheus as Prometheus
from obs.generate.setup.setup import Setup as Setup
