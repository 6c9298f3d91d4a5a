"""From the environment and the file to a :class:`Config`, with every error collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from obs.config import values
from obs.config.assemble import assemble
from obs.config.config import Config
from obs.config.description import features, shapes, slos, unknown_keys, waits
from obs.config.document import Document, find
from obs.config.environment import own, unknown_variables
from obs.config.settings import SETTINGS, Setting
from obs.config.wrong import Wrong
from obs.errors import ConfigError


def load(environ: Mapping[str, str], cwd: Path) -> Config:
    """The settings; raises the first ConfigError."""
    config, errors = resolve(environ, cwd)
    if errors or config is None:
        raise errors[0]
    return config


def resolve(environ: Mapping[str, str], cwd: Path) -> tuple[Config | None, list[ConfigError]]:
    """The settings and no errors, or None and everything that is wrong."""
    loading = Loading(own(environ), {}, {}, [])
    document = loading.document(cwd)
    loading.errors.extend(unknown_variables(loading.environ))
    loading.errors.extend(unknown_keys(document))
    attributes = dict(loading.attributes())
    for setting in SETTINGS:
        loading.read(setting, attributes, document)
    found = features(document, loading.errors)
    described = {
        "features": found,
        "slos": slos(document, found, loading.errors),
        "waits": waits(document, loading.errors),
        "long_lived": loading.long_lived(document),
    }
    loading.sources.update((name, document.file) for name, value in described.items() if value)
    config = None if loading.errors else assemble(loading.values, loading.sources, described)
    return config, loading.errors


class Place(NamedTuple):
    """Where a setting was found, and its text."""

    where: str
    text: str


class Loading(NamedTuple):
    """The state of one load."""

    environ: Mapping[str, str]
    values: dict[str, Any]
    sources: dict[str, str]
    errors: list[ConfigError]

    def document(self, cwd: Path) -> Document:
        """The file, or an empty one if it can't be used: what can be read of it at all has the right shapes."""
        try:
            found = find(self.environ, cwd)
        except ConfigError as error:
            self.errors.append(error)
            return Document()
        wrong = list(shapes(found))
        self.errors.extend(wrong)
        return Document() if wrong else found

    def attributes(self) -> tuple[tuple[str, str], ...]:
        try:
            return values.PAIRS.parse(self.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))  # type: ignore[no-any-return]  # a Type's parser returns what it likes
        except Wrong:
            return ()  # the setting "resource" says it

    def read(self, setting: Setting, attributes: Mapping[str, str], document: Document) -> None:
        """Put the setting's value and source down; an error goes to the list."""
        try:
            place = next(places(setting, self.environ, attributes), None)
            if place is not None:
                self.put(setting, place)
            elif not self.put_from_file(setting, document):
                default = setting.default() if callable(setting.default) else setting.default
                self.values[setting.name] = setting.type.parse(default) if default else None
        except ConfigError as error:
            self.errors.append(error)

    def put(self, setting: Setting, place: Place) -> None:
        try:
            self.values[setting.name] = setting.type.parse(place.text)
            self.sources[setting.name] = place.where
        except Wrong as wrong:
            raise wrong.at(place.where) from None

    def put_from_file(self, setting: Setting, document: Document) -> bool:
        """Whether the file has the setting."""
        section, _, key = setting.key.partition(".")
        table = document.table(section)
        if key not in table.values:
            return False
        self.values[setting.name] = table.read(key, setting.type)
        self.sources[setting.name] = table.at(key)
        return True

    def long_lived(self, document: Document) -> tuple[str, ...]:
        try:
            return document.table("http").read_list("long_lived", values.ROUTE)
        except ConfigError as error:
            self.errors.append(error)
            return ()


def places(setting: Setting, environ: Mapping[str, str], attributes: Mapping[str, str]) -> Iterator[Place]:
    """Where the setting stands in the environment, the strongest first."""
    for variable in setting.variables:
        if text := environ.get(variable, "").strip():
            yield Place(variable, text)
    for attribute in setting.attributes:
        if text := attributes.get(attribute, "").strip():
            yield Place(f"OTEL_RESOURCE_ATTRIBUTES, {attribute}", text)
