"""Checks of boards that Grafana's linter doesn't have."""
