"""Settings: read once, from the environment and ``obs.toml``, by an explicit call of :meth:`Config.load`."""

from __future__ import annotations

from obs.config.config import Config, Feature, Sampler, Wait
from obs.config.slo import Slo

__all__ = ["Config", "Feature", "Sampler", "Slo", "Wait"]
