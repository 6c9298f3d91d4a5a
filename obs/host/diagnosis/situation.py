"""Everything that the checks look at: they take it as a value, so that a test can plant a fault in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obs.config import Config
from obs.config.load import resolve
from obs.errors import ConfigError
from obs.host.diagnosis.target import Target
from obs.host.diagnosis.trial import Trial


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the service is to run, and how."""

    environ: Mapping[str, str]
    config: Config | None
    """None if a setting is wrong."""
    errors: tuple[ConfigError, ...] = ()
    command: tuple[str, ...] = ()
    """The service's own; empty if the doctor was given none."""
    target: Target = field(default_factory=Target)
    """The interpreter that runs it: ours if that can't be told."""
    trial: Trial | None = None
    """What was seen as the command ran for a moment; None if it was not run."""
    root: Path = Path("/")
    """Where proc and sys are."""

    @classmethod
    def of(cls, environ: Mapping[str, str], cwd: Path, command: tuple[str, ...] = ()) -> Situation:
        """The situation here, before any trial."""
        config, errors = resolve(environ, cwd)
        return cls(environ, config, tuple(errors), command, Target.of(command, environ))

    def read(self, path: str) -> str:
        """A file of the system, stripped; empty if it isn't there."""
        try:
            return (self.root / path).read_text().strip()
        except OSError:
            return ""
