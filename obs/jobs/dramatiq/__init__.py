"""Dramatiq: its worker threads, which are greenlets under ``dramatiq-gevent``; any of its brokers."""

from obs.jobs.dramatiq.table import patches

__all__ = ["patches"]
