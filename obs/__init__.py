"""obs: where the time goes in a large gevent service, who spent it, and who waited for it.

Importing it patches nothing and imports no framework, ssl or OpenTelemetry; :func:`instrument` turns it on.
"""

from __future__ import annotations

from obs.instrument import instrument
from obs.jobs.by_hand import job, work
from obs.jobs.sending import extract, inject
from obs.metrics.app import metrics_app
from obs.tracing import TraceFilter as LogFilter
from obs.work import get_current as current

__all__ = ["LogFilter", "current", "extract", "inject", "instrument", "job", "metrics_app", "work"]
