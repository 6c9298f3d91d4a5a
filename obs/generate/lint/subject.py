"""What is checked: a description as far as it can be read, its errors, and the works that it should describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from obs.config import Feature, Slo
from obs.config.description import features, slos
from obs.config.document import Document
from obs.config.load import Loading, resolve
from obs.errors import ConfigError
from obs.generate.lint.works import SECTIONS, Kind, Works


class Pattern(NamedTuple):
    """One pattern of a feature."""

    feature: Feature
    kind: Kind
    text: str
    where: str
    """Its file, section and key."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A service's description and its works."""

    document: Document
    errors: tuple[ConfigError, ...]
    """What Config.load would refuse, all of it."""
    features: tuple[Feature, ...]
    """Those that can be used."""
    slos: tuple[Slo, ...]
    long_lived: tuple[str, ...]
    works: Works

    @classmethod
    def read(cls, environ: Mapping[str, str], cwd: Path, works: Works) -> Subject:
        """The description that ``environ`` (OBS_CONFIG) and ``cwd`` lead to. Other variables are not looked at."""
        only = {name: value for name, value in environ.items() if name == "OBS_CONFIG"}
        document = Loading(only, {}, {}, []).document(cwd)
        found = features(document, [])
        return cls(
            document=document,
            errors=tuple(resolve(only, cwd)[1]),
            features=found,
            slos=slos(document, found, []),
            long_lived=Loading(only, {}, {}, []).long_lived(document),
            works=works,
        )

    def at(self, section: str, name: str, key: str) -> str:
        """Where ``key`` of the table of that name stands in the file."""
        table = next(table for table in self.document.tables(section) if str(table.values.get("name")).strip() == name)
        return table.at(key)

    def promised(self, slo: Slo, kind: Kind) -> tuple[str, ...]:
        """The patterns of the work of that kind that an SLO is about."""
        if not slo.whole_feature:
            return slo.routes if kind == "request" else slo.jobs
        feature = next(feature for feature in self.features if feature.name == slo.feature)
        return (feature.routes if kind == "request" else feature.jobs) if slo.counts(kind) else ()

    def patterns(self) -> Iterator[Pattern]:
        """Every pattern of every feature, in the order in which they are matched."""
        for feature in self.features:
            for kind, key in SECTIONS.items():
                for text in getattr(feature, key):
                    yield Pattern(feature, kind, text, self.at("feature", feature.name, key))


def service(environ: Mapping[str, str], cwd: Path) -> str:
    """The name of the service that is described, also where something else in the description is wrong; else empty."""
    config, _ = resolve(environ, cwd)
    if config is not None:
        return config.service
    table = Loading(environ, {}, {}, []).document(cwd).table("service")
    return environ.get("OBS_SERVICE") or str(table.values.get("name", ""))
