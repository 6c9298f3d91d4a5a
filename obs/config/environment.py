"""The environment as obs sees it: without what Kubernetes puts there, and with an error for what it doesn't know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.config.settings import SETTINGS, variables
from obs.config.wrong import did_you_mean
from obs.errors import ConfigError

# A Service named obs or obs-… in the namespace puts these into every pod:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_LINK = r"OBS_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
_LINK_PORT = r"OBS_(?:\w+_)?PORT"
_LINK_ADDRESS = r"(?:tcp|udp|sctp)://\S+"


def own(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that may concern obs: OBS_* and OTEL_*, without Kubernetes' service links."""
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(("OBS_", "OTEL_")) and not service_link(name, value)
    }


def service_link(name: str, value: str) -> bool:
    """Whether Kubernetes made this variable: OBS_PORT too is its, if it holds ``tcp://10.0.0.1:80``."""
    if re.fullmatch(_LINK, name):
        return True
    return re.fullmatch(_LINK_PORT, name) is not None and re.fullmatch(_LINK_ADDRESS, value) is not None


def unknown_variables(environ: Mapping[str, str]) -> Iterator[ConfigError]:
    """An error for each OBS_* variable that obs doesn't know."""
    known = variables()
    guesses = [name for setting in SETTINGS if not setting.internal for name in setting.variables]
    for name in sorted(environ):
        if name.startswith("OBS_") and name not in known:
            yield ConfigError(name, "is not a setting of obs", did_you_mean(name, guesses, "unset it"))
