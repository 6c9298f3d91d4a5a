"""The part of obs.toml that says what the service is made of, what it promises, and what its own code waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from obs.config import values
from obs.config.config import Feature, Wait
from obs.config.document import Document, Table
from obs.config.promises import promise
from obs.config.settings import DESCRIPTION, SETTINGS
from obs.config.slo import Slo
from obs.errors import ConfigError


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)
T = TypeVar("T")


def features(document: Document, errors: list[ConfigError]) -> tuple[Feature, ...]:
    """The features in the file's order, which is the order of matching. What is wrong goes to ``errors``."""
    return read_all(document, "feature", feature, errors)


def feature(table: Table) -> Feature:
    found = Feature(
        name=table.require("name", values.TEXT, "messaging"),
        team=table.require("team", values.TEXT, "chat-core"),
        routes=table.read_list("routes", values.ROUTE),
        jobs=table.read_list("jobs", values.JOB),
    )
    if not found.routes and not found.jobs:
        raise ConfigError(table.where, "owns nothing", 'add routes = ["/path*"] or jobs = ["name.*"]')
    return found


def slos(document: Document, known: Sequence[Feature], errors: list[ConfigError]) -> tuple[Slo, ...]:
    """The SLOs, about these features or their works. What is wrong goes to ``errors``."""
    return read_all(document, "slo", lambda table: promise(table, known), errors)


def waits(document: Document, errors: list[ConfigError]) -> tuple[Wait, ...]:
    """The names of waits. Of two for one function the file's first counts. What is wrong goes to ``errors``."""
    return tuple(read_each(document, "wait", wait, errors))


def wait(table: Table) -> Wait:
    return Wait(
        module=table.require("module", values.MODULE, "acme.rpc"),
        on=table.require("on", values.WAIT, "acme-rpc"),
        functions=table.read_list("functions", values.MODULE),
    )


def read_all(document: Document, section: str, read: Callable[[Table], N], errors: list[ConfigError]) -> tuple[N, ...]:
    """Every table of an array read with ``read``; the second of a name is an error."""
    found: dict[str, N] = {}

    def read_new(table: Table) -> None:
        item = read(table)
        if item.name in found:
            raise ConfigError(table.at("name"), f'there is already a {section} "{item.name}"', "rename one")
        found[item.name] = item

    read_each(document, section, read_new, errors)
    return tuple(found.values())


def read_each(document: Document, section: str, read: Callable[[Table], T], errors: list[ConfigError]) -> list[T]:
    """Every table of an array read with ``read``; what is wrong goes to ``errors``."""
    found = []
    for table in document.tables(section):
        try:
            found.append(read(table))
        except ConfigError as error:
            errors.append(error)
    return found


def unknown_keys(document: Document) -> Iterator[ConfigError]:
    """An error for each section and key of the file that obs doesn't know."""
    known = sections()
    top = Table(document.file, document.values)
    yield from top.unknown(tuple(known))
    for section, keys in known.items():
        for table in document.tables(section) if section in ARRAYS else [document.table(section)]:
            yield from table.unknown(tuple(keys))


def shapes(document: Document) -> Iterator[ConfigError]:
    """An error for each section that is a table where it should be an array of them, or the other way round."""
    for section in sections():
        try:
            document.tables(section) if section in ARRAYS else document.table(section)
        except ConfigError as error:
            yield error


def sections() -> dict[str, list[str]]:
    """The keys of each section."""
    found: dict[str, list[str]] = {}
    for setting in SETTINGS:
        if setting.key:
            section, _, key = setting.key.partition(".")
            found.setdefault(section, []).append(key)
    for entry in DESCRIPTION:
        found.setdefault(entry.section.strip("[]"), []).append(entry.name)
    return found


ARRAYS = {key.section.strip("[]") for key in DESCRIPTION if key.section.startswith("[[")}
