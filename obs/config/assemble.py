"""From the settings' values to a :class:`Config`: fields that several settings decide together are made here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from obs.config.config import Config, Sampler
from obs.config.profile import profile, pyroscope
from obs.config.settings import RATIO_SAMPLERS, SETTINGS


def assemble(found: dict[str, Any], sources: dict[str, str], described: dict[str, Any]) -> Config:
    """The Config of right values and the description; ``sources`` also gets the fields that are made here."""
    made = {
        "sampler": sampler(found, sources),
        "traces_enabled": traces_enabled(found, sources),
        "otlp_endpoint": otlp_endpoint(found, sources),
        "resource": other_attributes(found["resource"] or ()),
        "otlp_headers": found["otlp_headers"] or (),
        "profile": profile(found),
        "pyroscope": pyroscope(found),
    }
    names = {"env": found["env"] or "", "version": found["version"] or "", "commit": found["commit"] or ""}
    names["team"] = found["team"] or ""
    names["launcher"] = found["launcher"] or ""
    fields = {**found, **names, **made, **described, "sources": tuple(sources.items())}
    return Config(**{name: fields[name] for name in Config.__dataclass_fields__})


def sampler(found: dict[str, Any], sources: dict[str, str]) -> Sampler:
    """OBS_TRACE_RATIO, else OpenTelemetry's two variables, else the file's ratio, else the default's."""
    name, argument = found["sampler_name"], found["sampler_arg"]
    short = sources.get("trace_ratio", "default")
    if short.startswith("OBS_") or (name is None and argument is None):
        sources["sampler"] = short
        return Sampler(RATIO_SAMPLERS[0], found["trace_ratio"])
    sources["sampler"] = sources.get("sampler_name") or sources["sampler_arg"]
    if name is None or name in RATIO_SAMPLERS:
        return Sampler(name or RATIO_SAMPLERS[0], 1.0 if argument is None else argument)
    return Sampler(name, 1.0 if name.endswith("always_on") else 0.0)


def traces_enabled(found: dict[str, Any], sources: dict[str, str]) -> bool:
    if found["sdk_disabled"]:
        sources["traces_enabled"] = sources["sdk_disabled"]
        return False
    sources["traces_enabled"] = sources.get("traces_exporter", "default")
    return bool(found["traces_exporter"] != "none")


def otlp_endpoint(found: Mapping[str, str | None], sources: dict[str, str]) -> str | None:
    """The traces' own URL, else the collector's with the path that OTLP/HTTP gives to traces."""
    base = found["endpoint"]
    if found["traces_endpoint"] or not base:
        sources["otlp_endpoint"] = sources.get("traces_endpoint", "default")
        return found["traces_endpoint"] or None
    sources["otlp_endpoint"] = sources["endpoint"]
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/v1/traces"))


def other_attributes(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The resource attributes that are no setting of their own."""
    own_names = {name for setting in SETTINGS for name in setting.attributes}
    return tuple(sorted((key, value) for key, value in pairs if key not in own_names))
