"""What a sampler object of the service's own decides: by its rule if it is a standard one, else it must be asked."""

from __future__ import annotations

from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    Decision,
    ParentBased,
    ParentBasedTraceIdRatio,
    Sampler,
    StaticSampler,
    TraceIdRatioBased,
)

from obs.tracing.rule import LIMIT, Rule


def rule_of(sampler: Sampler) -> Rule | None:
    """The rule of a standard sampler; None for any other, which must be asked each time.

    Subclasses are others: they may decide anything.
    """
    if type(sampler) in (ParentBased, ParentBasedTraceIdRatio) and _follows_parent(sampler):
        bound = _bound(sampler._root)  # type: ignore[attr-defined]  # noqa: SLF001
        return None if bound is None else Rule(parent_based=True, bound=bound)
    bound = _bound(sampler)
    return None if bound is None else Rule(parent_based=False, bound=bound)


def _follows_parent(sampler: Sampler) -> bool:
    sampled = {"_remote_parent_sampled", "_local_parent_sampled"}
    unsampled = {"_remote_parent_not_sampled", "_local_parent_not_sampled"}
    return all(getattr(sampler, name, None) is ALWAYS_ON for name in sampled) and all(
        getattr(sampler, name, None) is ALWAYS_OFF for name in unsampled
    )


def _bound(sampler: Sampler) -> int | None:
    if type(sampler) is TraceIdRatioBased:
        return sampler.bound
    if type(sampler) is StaticSampler:
        return {Decision.RECORD_AND_SAMPLE: LIMIT, Decision.DROP: 0}.get(sampler._decision)  # noqa: SLF001
    return None
