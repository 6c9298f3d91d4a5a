"""What a worker makes for the children that it forks, one for each job."""

from __future__ import annotations

from collections.abc import Callable


def test_a_child_traces_with_what_was_made_for_it_unless_the_service_has_chosen_otherwise(
    threads: Callable[..., None],
) -> None:
    threads("""
import os
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from obs import tracing
from obs.jobs.delivery import deliver, expect_child, finish, forked
from obs.jobs.message import Message
from obs.tracing import assembly, gate

JOB = Message("push.notify", "push", "rq")
tracing.load()

def child(before=lambda: None):
    "Which gate a job goes through: the one that was made for it, or which provider's."
    expect_child(JOB)
    if not os.fork():
        before()
        finish(deliver(JOB))
        made = gate._gate is assembly._prepared.gate
        wanted = trace.get_tracer_provider() is gate._gate.recorder.provider and gate._gate.recorder.provider
        os._exit(11 if made and wanted else 12 if type(wanted) is TracerProvider else 13 if wanted else 14)
    forked()
    return os.waitstatus_to_exitcode(os.wait()[1])

assert child() == child() == 11
assert child(lambda: trace.set_tracer_provider(TracerProvider())) == 12
assert child(lambda: propagate.set_global_textmap(TraceContextTextMapPropagator())) == 13
assert gate._gate is None and type(trace.get_tracer_provider()) is trace.ProxyTracerProvider, "none is set here"
assert jobs() == {("push.notify", "push", "ok"): 4}, jobs()
""")
