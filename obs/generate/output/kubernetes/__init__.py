"""``--format kubernetes``: objects for Grafana's sidecar and the Prometheus operator."""

from obs.generate.output.kubernetes.objects import objects as objects
