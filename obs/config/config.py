"""What a process of the service is told: its names, where it reports to, what it keeps, who owns what.

The small values are named tuples: three dataclasses would add a millisecond to ``import obs``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple

from obs.config.profile import Profile, Pyroscope
from obs.config.slo import Slo

Pairs = tuple[tuple[str, str], ...]


class Sampler(NamedTuple):
    """Which traces are recorded, when the caller hasn't decided."""

    name: str
    """One of OpenTelemetry's standard names: ``always_on``, ``parentbased_traceidratio`` …"""
    ratio: float
    """The part of the root traces that it records, 0 to 1; 1 for always_on, 0 for always_off."""


class Feature(NamedTuple):
    """A part of the service that a team owns: the work whose names match its patterns."""

    name: str
    team: str
    routes: tuple[str, ...]
    """``/users/<*>``, ``GET /events*``: ``*`` is any text, ``<*>`` one path parameter, no method means every one."""
    jobs: tuple[str, ...]
    """``push.*``"""


class Wait(NamedTuple):
    """A name for what a module of the service's own waits for."""

    module: str
    """The modules in it are meant too."""
    on: str
    """As in ``obs_wait_seconds_total``."""
    functions: tuple[str, ...]
    """Only these: ``connect``, ``Pool.checkout``, ``Pool`` for all its methods. Empty for all of the module."""

    @property
    def name(self) -> str:
        """What a summary calls it."""
        return f"{self.module} as {self.on}"


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, checked. Immutable and picklable; make one with :meth:`load`, vary it with dataclasses.replace."""

    service: str
    env: str
    version: str
    commit: str
    team: str
    """Whose the service as a whole is; empty if nobody says."""
    resource: Pairs
    """The other attributes of OTEL_RESOURCE_ATTRIBUTES, decoded, by name."""

    runtime_dir: Path
    """Holds one folder per ``obs run``."""
    run_dir: Path | None
    """This run's folder: set by ``obs run`` for its children."""
    span_socket: Path | None
    """Where finished spans go: set by ``obs run`` for its children."""
    launcher: str
    """``PID-START`` of the ``obs run`` above this process, who may take its stacks; empty without one."""
    doctor: Path | None
    """Where this process is to write what it looks like from inside: set by ``obs doctor``."""

    host: str
    port: int
    """Of ``/metrics``; 0 lets the system choose."""
    live: bool
    """Whether the live view is served there too."""
    live_token: str | None = field(repr=False)
    """What others than its own user need to see it; None for a new one."""

    traces_enabled: bool
    sampler: Sampler
    otlp_endpoint: str | None
    """The whole URL that traces are posted to; None keeps spans on the machine."""
    otlp_headers: Pairs = field(repr=False)  # they hold tokens
    otlp_timeout: float
    span_queue: int
    """Finished spans that may wait to be sent; more are dropped and counted."""
    shutdown_timeout: float
    """Seconds that the exit may be held up to send what is queued."""
    slow: float
    """Seconds from which an unsampled piece of work is kept as an outlier."""
    outliers_per_second: float
    """Of each process, at most."""

    accounting: bool
    """Whether the runtime accounts for the time of works."""
    block: float
    """Seconds from which one piece of work that holds the loop is a block."""
    block_log: float
    """Seconds from which a block is logged too."""
    agent: bool
    """Whether the process answers those who ask it from outside."""
    broker_interval: float
    """Seconds between two looks of the host process at a broker; 0 for none at all."""

    profile: Profile
    pyroscope: Pyroscope | None
    """Where profiles are sent; None for nowhere."""

    long_lived: tuple[str, ...]
    """Patterns of routes that stay open by design (events, long polls): kept out of latency histograms and SLIs."""
    features: tuple[Feature, ...]
    slos: tuple[Slo, ...]
    waits: tuple[Wait, ...]

    sources: Pairs = field(repr=False, compare=False)
    """Where each field came from: a variable, a file's key, or ``default``."""

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Config:
        """Read the settings. Raises ConfigError, naming the variable or the file's key, for the first that is wrong.

        ``cwd`` is where ``obs.toml`` or ``pyproject.toml`` is looked for: the current folder unless given.
        """
        from obs.config.load import load

        return load(environ, cwd or Path.cwd())

    def owner(self, kind: Literal["request", "job"], name: str) -> Feature | None:
        """The first feature with a pattern that matches the work's name. Up to a microsecond a pattern: cache it."""
        from obs.config.patterns import matches

        for feature in self.features:
            if any(matches(kind, pattern, name) for pattern in (feature.routes if kind == "request" else feature.jobs)):
                return feature
        return None

    def promises(self, kind: Literal["request", "job"], name: str) -> tuple[Slo, ...]:
        """The SLOs that the work of this name counts for. Cache it as for :meth:`owner`."""
        from obs.config.patterns import matches

        if not self.slos:
            return ()
        owner = self.owner(kind, name)

        def counts(slo: Slo) -> bool:
            if slo.whole_feature:
                return owner is not None and slo.feature == owner.name and slo.counts(kind)
            return any(matches(kind, pattern, name) for pattern in (slo.routes if kind == "request" else slo.jobs))

        return tuple(slo for slo in self.slos if counts(slo))

    def is_long_lived(self, name: str) -> bool:
        """Whether a request of this name (``GET /events/<id>``) stays open by design. Cache it as for :meth:`owner`."""
        from obs.config.patterns import matches

        return any(matches("request", pattern, name) for pattern in self.long_lived)

    def summary(self) -> list[tuple[str, str, str]]:
        """``(field, value, where it came from)`` for a person to read: no tokens, no empty lists."""
        sources = dict(self.sources)
        rows = ((f.name, shown(f.name, getattr(self, f.name))) for f in fields(self) if f.name not in HIDDEN)
        return [(name, value, sources.get(name, "default")) for name, value in rows]


HIDDEN = {"sources", "live_token"}
"""Fields that :meth:`Config.summary` leaves out."""


def shown(name: str, value: Any) -> str:
    """A field's value for a person: headers without their values, things by their names."""
    match value:
        case None | "" | ():
            return "-"
        case Sampler():
            return f"{value.name} {value.ratio:g}"
        case Profile() | Pyroscope():
            return str(value)
        case tuple() if name == "otlp_headers":
            return ", ".join(f"{key}=…" for key, _ in value)
        case tuple() if name == "resource":
            return ", ".join(f"{key}={text}" for key, text in value)
        case tuple():
            return ", ".join(str(getattr(item, "name", item)) for item in value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
