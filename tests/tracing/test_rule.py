"""The decision that comes first."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    Decision,
    ParentBased,
    ParentBasedTraceIdRatio,
    Sampler,
    StaticSampler,
    TraceIdRatioBased,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from obs.config import Sampler as Setting
from obs.tracing import provider
from obs.tracing.rule import LIMIT, Rule
from obs.tracing.samplers import rule_of
from obs.work import Work

STANDARD = [
    ("always_on", 1.0),
    ("always_off", 0.0),
    ("traceidratio", 0.3),
    ("parentbased_always_on", 1.0),
    ("parentbased_always_off", 0.0),
    ("parentbased_traceidratio", 0.3),
]


def work(traceparent: str | None = None) -> Work:
    made = Work("request", "GET")
    made.traceparent = traceparent
    return made


@pytest.mark.parametrize(("name", "ratio"), STANDARD)
@given(trace_id=st.integers(1, (1 << 128) - 1), flags=st.integers(0, 255), parent=st.booleans())
def test_each_standard_sampler_is_decided_as_the_sdk_decides(
    name: str, ratio: float, trace_id: int, flags: int, parent: bool
) -> None:
    rule, sampler = Rule.named(name, ratio), provider.sampler(Setting(name, ratio))
    caller = SpanContext(trace_id, 1, is_remote=True, trace_flags=TraceFlags(flags))
    context = set_span_in_context(NonRecordingSpan(caller)) if parent else None
    expected = sampler.should_sample(context, trace_id, "GET").decision is Decision.RECORD_AND_SAMPLE
    if parent:
        assert rule.decide(work(f"00-{trace_id:032x}-{1:016x}-{flags:02x}")) is expected
    else:
        assert (trace_id % LIMIT < rule.bound) is expected


@pytest.mark.parametrize("header", ["", "garbage", f"00-{0:032x}-{1:016x}-01", f"ff-{1:032x}-{1:016x}-01", "00-1-2-01"])
def test_a_traceparent_that_is_none_is_a_root(header: str) -> None:
    assert not Rule(parent_based=True, bound=0).decide(work(header))
    assert Rule(parent_based=True, bound=LIMIT).decide(work(header))


def test_a_traceparent_of_a_later_version_is_followed() -> None:
    assert Rule(parent_based=True, bound=0).decide(work(f"01-{1:032x}-{1:016x}-01-more"))


def test_a_root_is_drawn_once_and_its_ids_agree_with_the_draw() -> None:
    random.seed(7)
    rule = Rule.named("parentbased_traceidratio", 0.1)
    elsewhere = TraceIdRatioBased(0.1)
    decided = []
    for _ in range(5000):
        one = work()
        decided.append(rule.decide(one))
        again = elsewhere.should_sample(None, one.ids()[0], "x").decision is Decision.RECORD_AND_SAMPLE
        assert again is decided[-1]
    assert 430 < sum(decided) < 570


@pytest.mark.parametrize(
    ("sampler", "rule"),
    [
        (ALWAYS_ON, Rule(parent_based=False, bound=LIMIT)),
        (ALWAYS_OFF, Rule(parent_based=False, bound=0)),
        (DEFAULT_ON, Rule(parent_based=True, bound=LIMIT)),
        (DEFAULT_OFF, Rule(parent_based=True, bound=0)),
        (TraceIdRatioBased(0.5), Rule(parent_based=False, bound=LIMIT // 2)),
        (ParentBasedTraceIdRatio(0.5), Rule(parent_based=True, bound=LIMIT // 2)),
    ],
)
def test_a_standard_sampler_object_has_a_rule(sampler: Sampler, rule: Rule) -> None:
    assert rule_of(sampler) == rule


class Custom(TraceIdRatioBased):
    def should_sample(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize(
    "sampler",
    [
        Custom(0.5),
        ParentBased(Custom(0.5)),
        ParentBased(ALWAYS_ON, remote_parent_not_sampled=ALWAYS_ON),
        StaticSampler(Decision.RECORD_ONLY),
    ],
)
def test_any_other_sampler_must_be_asked(sampler: Sampler) -> None:
    assert rule_of(sampler) is None
