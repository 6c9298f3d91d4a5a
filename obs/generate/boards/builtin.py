"""Series that Prometheus itself makes, and no catalog has."""

from __future__ import annotations

FIRING = 'ALERTS{alertstate="firing", alertname=~"Obs.+", env=~"$env", service=~"$service|"}'
"""Alerts of obs that fire; ``service`` is empty where an alert is of no service."""

TARGETS = 'job=~"(.+/)?obs", env=~"$env", service=~"$service", instance=~"$instance"'
UP = f"up{{{TARGETS}}}"
SCRAPE_SECONDS = f"scrape_duration_seconds{{{TARGETS}}}"
SCRAPE_SAMPLES = f"scrape_samples_scraped{{{TARGETS}}}"
