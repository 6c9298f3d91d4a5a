"""OpenTelemetry's context is found where it is, and its absence is no error."""

from __future__ import annotations

import subprocess
import sys
from contextvars import ContextVar
from types import ModuleType, SimpleNamespace

import pytest

from obs.runtime import otel


@pytest.fixture(autouse=True)
def _nothing_found_yet(monkeypatch):
    monkeypatch.setattr(otel, "_found", None)


def modules(monkeypatch, **attributes):
    module = ModuleType("opentelemetry.context")
    vars(module).update(attributes)
    monkeypatch.setitem(sys.modules, "opentelemetry.context", module)


def test_the_variable_of_opentelemetry_itself():
    from opentelemetry import context

    variable = otel.variable()
    token = context.attach(context.set_value("a", 1))
    assert variable.get() is context.get_current()
    context.detach(token)


def test_none_where_it_is_not_imported_and_found_once_it_is(monkeypatch):
    monkeypatch.delitem(sys.modules, "opentelemetry.context", raising=False)
    assert otel.variable() is None
    modules(monkeypatch)  # being imported: no runtime context yet
    assert otel.variable() is None
    variable = ContextVar("current_context")
    modules(monkeypatch, _RUNTIME_CONTEXT=SimpleNamespace(_current_context=variable))
    assert otel.variable() is variable


def test_somebody_s_own_runtime_context_is_let_be(monkeypatch):
    modules(monkeypatch, _RUNTIME_CONTEXT=SimpleNamespace(_current_context=object()))
    assert otel.variable() is None


def test_importing_the_runtime_imports_neither_opentelemetry_nor_gevent():
    program = (
        "import obs.runtime.context, sys;"
        "print([m for m in ('gevent', 'greenlet', 'opentelemetry.context', 'concurrent.futures') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
