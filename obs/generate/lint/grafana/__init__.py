"""Grafana's own rules for dashboards, one a file, by their names: https://github.com/grafana/dashboard-linter"""
