"""prometheus-flask-exporter, by route: by path, its default, would make a series of every id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.stacks.stack import Application

if TYPE_CHECKING:
    from flask import Flask


def build() -> Application:
    from benchmarks.stacks.app import create_app

    return add(create_app())


def add(app: Flask) -> Flask:
    """``app`` with the exporter on it."""
    import prometheus_flask_exporter

    exporter: Any = prometheus_flask_exporter  # without annotations
    exporter.PrometheusMetrics(app, group_by="url_rule")
    return app
