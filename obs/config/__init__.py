"""Settings: read once, from the environment and ``obs.toml``, by an explicit call of :meth:`Config.load`."""

from __future__ import annotations

from obs.config.config import Config, Feature, Sampler, Slo, Wait

__all__ = ["Config", "Feature", "Sampler", "Slo", "Wait"]
