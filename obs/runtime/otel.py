"""Where OpenTelemetry keeps its current context, found without importing it."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Any

_found: ContextVar[Any] | None = None


def variable() -> ContextVar[Any] | None:
    """The variable of OpenTelemetry's current context; None if the service has not imported OpenTelemetry (so far).

    None also for a runtime context of somebody's own (``OTEL_PYTHON_CONTEXT``): that one carries itself, or doesn't.
    """
    return _found or _look()


def _look() -> ContextVar[Any] | None:
    global _found
    module = sys.modules.get("opentelemetry.context")
    if module is None:
        return None
    # A module that is still being imported has no runtime context yet: the next call looks again.
    kept = getattr(getattr(module, "_RUNTIME_CONTEXT", None), "_current_context", None)
    _found = kept if isinstance(kept, ContextVar) else None
    return _found
