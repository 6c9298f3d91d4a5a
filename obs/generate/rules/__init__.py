"""Prometheus rules: what they are, the list of them all, and how they become YAML."""
