"""Are the settings right?"""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation


def settings(situation: Situation) -> Iterator[Finding]:
    """Every setting that is wrong: with one of them the service would run without obs."""
    for error in situation.errors:
        kept_out = "one wrong setting keeps obs out of every process of the service"
        yield Finding("error", f"{error.where} {error.problem}", kept_out, error.fix)
    if situation.config is not None and situation.config.service == "unknown_service":
        yield Finding(
            "warning",
            "the service has no name, so its series are mixed with those of every other that has none",
            "neither OBS_SERVICE nor OTEL_SERVICE_NAME is set, and no file says [service] name",
            "set OBS_SERVICE, or put [service] name in obs.toml",
        )
