"""The way of each Work into its trace and out of it. The hot path of tracing.

Light: OpenTelemetry is imported by :func:`load` only, never inside a request.
"""

from __future__ import annotations

import sys
from contextvars import Token
from math import inf
from random import getrandbits
from typing import Any

from obs.config import Config
from obs.errors import fault
from obs.tracing.rule import LIMIT
from obs.work import Work

Environ = dict[str, Any]


class Gate:
    """What the hot path looks at: one for the process, replaced when tracing becomes ready."""

    __slots__ = ("bound", "nothing", "on", "plain", "recorder", "rule", "slow", "unsampled", "variable")

    def __init__(self, recorder: Any = None) -> None:
        self.on: bool = recorder is not None
        self.recorder: Any = recorder
        """A :class:`obs.tracing.recorder.Recorder`: everything that is not on the hot path."""
        self.variable: Any = None
        """OpenTelemetry's current context."""
        self.nothing: Any = None
        """What it holds where nobody has attached a context; None if the Work's is to be attached always."""
        self.unsampled: Any = None
        """The context of an unsampled Work."""
        self.rule: Any = None
        """A :class:`Rule`; None where a sampler must be asked."""
        self.bound: int = LIMIT
        """Of a root's draw, for the path that asks nobody."""
        self.plain: bool = False
        """Whether the sampler is a standard one and the propagators are W3C's."""
        self.slow: float = inf


OFF = Gate()
_gate: Gate | None = None
_config: Config | None = None
_loaded = False


def setup(config: Config) -> None:
    """Remember the settings. Imports nothing."""
    global _config, _gate
    _config, _gate = config, None if config.traces_enabled else OFF


def load() -> None:
    """Import OpenTelemetry, for a service that has imported what it serves with. Never inside a request.

    Call it again once a framework was imported, for its instrumentation. Does nothing if tracing is off.
    """
    global _loaded
    if _config is None or not _config.traces_enabled:
        return
    try:
        from obs.tracing import assembly

        assembly.load(_config, flask="flask" in sys.modules)
        _loaded = True
    except Exception:
        fault("tracing: importing OpenTelemetry")


def prepare() -> None:
    """Have what :func:`ready` makes ready for the children that this process is about to fork. Never raises."""
    if not _loaded or _config is None or _gate is not None:
        return
    try:
        from obs.tracing import assembly

        assembly.prepare(_config)
    except Exception:
        fault("tracing")


def ready() -> Gate:
    """Build the providers, at the first Work of this process: under a millisecond. The gate that is in force."""
    global _gate
    if _gate is not None:
        return _gate
    if not _loaded or _config is None:
        return OFF
    _gate = OFF  # also if it fails: it would fail each time
    try:
        from obs.tracing import assembly

        _gate = assembly.build(_config)
    except Exception:
        fault("tracing")
    return _gate


def shut() -> None:
    """Let no Work through from now on."""
    global _gate
    _gate = OFF


def recorder() -> Any:
    """The :class:`obs.tracing.recorder.Recorder` of this process; None while tracing is off."""
    return None if _gate is None else _gate.recorder


def teardown() -> None:
    """Flush what is queued, within ``shutdown_timeout``, and turn tracing off."""
    global _gate, _config, _loaded
    gate, _gate, _config, _loaded = _gate, None, None, False
    if gate is not None and gate.on:
        try:
            gate.recorder.close()
        except Exception:
            fault("tracing: the last spans")


def begin(work: Work, environ: Environ) -> None:
    """Decide whether the trace of ``work``, which is current, is recorded, and give it its OpenTelemetry context.

    Sets ``work.sampled``, and ``work.span`` if it is. Never raises. Hot: a fifth of a microsecond if it isn't.
    """
    gate = _gate or ready()
    if not gate.on:
        return
    try:
        if gate.plain and "HTTP_BAGGAGE" not in environ and work.parent is None:
            if "HTTP_TRACEPARENT" not in environ:
                work.draw = draw = getrandbits(64)
                work.sampled = draw < gate.bound
            elif "HTTP_TRACESTATE" not in environ:
                work.traceparent = environ["HTTP_TRACEPARENT"]
                work.sampled = gate.rule.decide(work)
            else:
                gate.recorder.begin(work, environ)
                return
            if not work.sampled:
                work.context = gate.unsampled
                if gate.variable.get() is not gate.nothing:  # else whoever asks gets the Work's: see ambient.py
                    work.attached = gate.variable.set(gate.unsampled)
                return
        gate.recorder.begin(work, environ)
    except Exception:
        fault("tracing: the beginning of a Work")
        work.sampled, work.span, work.context = False, None, gate.unsampled


def end(work: Work) -> None:
    """Make current what was before :func:`begin`, and record what is to be kept of ``work``, which has ended.

    A sampled span ends here; an unsampled Work that failed or was slow is kept as an outlier. Never raises.
    """
    gate = _gate or OFF
    uneventful = work.ended - work.started <= gate.slow and work.error is None and work.status < "5"
    if uneventful and work.attached is None and work.span is None:
        return
    attached, work.attached = work.attached, None
    detach(attached)
    if not gate.on or work.context is None:
        return
    try:
        if work.span is not None:
            gate.recorder.finish(work)
        else:
            gate.recorder.keep(work)
    except Exception:
        fault("tracing: the end of a Work")


def attach(work: Work) -> Any:
    """Make the Work's context current where it doesn't run by itself: a step of its body on another thread.

    Returns what :func:`detach` takes.
    """
    gate = _gate
    return None if gate is None or not gate.on or work.context is None else gate.variable.set(work.context)


def detach(token: Any) -> None:
    """Undo :func:`attach`, which may have given None. Never raises."""
    if token is None:
        return
    try:
        if type(token) is Token:
            token.var.reset(token)
        elif _gate is not None and _gate.on:
            _gate.variable.reset(token)
    except ValueError:
        return  # ended in another context than it began in, where it was never current
    except Exception:
        fault("tracing: detaching a context")
