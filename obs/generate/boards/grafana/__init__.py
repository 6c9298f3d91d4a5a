"""From our values to Grafana's JSON, through grafanalib. What it gets wrong is mended here and nowhere else."""
