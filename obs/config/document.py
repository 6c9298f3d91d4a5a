"""The file that describes the service: found, read, and looked into with errors that say where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from obs.config.values import Type
from obs.config.wrong import Wrong, did_you_mean, quoted
from obs.errors import ConfigError


class Table(NamedTuple):
    """One table of the file, and how an error calls it: ``obs.toml: [[slo]] 2``."""

    where: str
    values: Mapping[str, Any]

    def at(self, key: str) -> str:
        return f'{self.where}, key "{key}"'

    def read(self, key: str, type: Type) -> Any:  # noqa: A002  the field's name in Setting
        """The value of ``key``, or None if it isn't there. Raises ConfigError."""
        if key not in self.values:
            return None
        try:
            return type.parse(as_text(self.values[key], type))
        except Wrong as wrong:
            raise wrong.at(self.at(key)) from None

    def require(self, key: str, type: Type, example: str) -> Any:  # noqa: A002
        """The value of ``key``. Raises ConfigError, also if it isn't there."""
        if key not in self.values:
            raise ConfigError(self.where, f'has no "{key}"', f'add {key} = "{example}"')
        return self.read(key, type)

    def read_list(self, key: str, type: Type) -> tuple[Any, ...]:  # noqa: A002
        """The values in the list ``key``, none if it isn't there. Raises ConfigError."""
        found = self.values.get(key, [])
        try:
            if not isinstance(found, list):
                raise Wrong(f"is {a_kind(found)}, not a list", f'write it as {key} = ["…"]')
            return tuple(type.parse(as_text(item, type)) for item in found)
        except Wrong as wrong:
            raise wrong.at(self.at(key)) from None

    def unknown(self, known: tuple[str, ...]) -> Iterator[ConfigError]:
        """An error for each key that obs doesn't know."""
        for key in self.values:
            if key not in known:
                fix = did_you_mean(key, known, f"the keys here are {', '.join(known)}")
                yield ConfigError(self.at(key), "is not a setting of obs", fix)


class Document(NamedTuple):
    """What the file says, or nothing if there is none."""

    file: str = ""
    """As an error calls it."""
    prefix: str = ""
    """``tool.obs.`` in pyproject.toml."""
    values: Mapping[str, Any] = {}

    def table(self, section: str) -> Table:
        """The section, empty if it isn't there. Raises ConfigError if it is no table."""
        found = self.values.get(section, {})
        where = f"{self.file}: [{self.prefix}{section}]"
        if not isinstance(found, dict):
            raise ConfigError(where, f"is {a_kind(found)}, not a table", f"write it as [{self.prefix}{section}]")
        return Table(where, found)

    def tables(self, section: str) -> list[Table]:
        """The tables of an array, numbered from 1. Raises ConfigError if it is no array of tables."""
        found = self.values.get(section, [])
        where = f"{self.file}: [[{self.prefix}{section}]]"
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise ConfigError(where, "is not a list of tables", f"begin each with [[{self.prefix}{section}]]")
        return [Table(f"{where} {number}", item) for number, item in enumerate(found, 1)]


def find(environ: Mapping[str, str], cwd: Path) -> Document:
    """The file of OBS_CONFIG, else obs.toml, else pyproject.toml's [tool.obs], else nothing. Raises ConfigError."""
    named = environ.get("OBS_CONFIG", "")
    if named:
        return read(cwd / named, named, f"OBS_CONFIG: {named}")
    if (cwd / "obs.toml").exists():
        return read(cwd / "obs.toml", "obs.toml", "obs.toml")
    if (cwd / "pyproject.toml").exists():
        return read(cwd / "pyproject.toml", "pyproject.toml", "pyproject.toml")
    return Document()


def read(path: Path, name: str, where: str) -> Document:
    """The document in ``path``: in a pyproject.toml only its [tool.obs]."""
    values = parse(path, where)
    if path.name != "pyproject.toml":
        return Document(name, "", values)
    tool = values.get("tool", {}).get("obs", {})
    if not isinstance(tool, dict):
        raise ConfigError(f"{where}: [tool.obs]", f"is {a_kind(tool)}, not a table", "write it as [tool.obs]")
    return Document(name, "tool.obs.", tool)


def parse(path: Path, where: str) -> dict[str, Any]:
    """The TOML in ``path``. Raises ConfigError with the line of what is wrong."""
    import tomllib

    try:
        data = path.read_bytes()
        return tomllib.loads(data.decode())
    except OSError as error:
        raise ConfigError(where, f"can't be read ({error.strerror})", "mend it, or unset what names it") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(where, f"is not UTF-8 (at line {line})", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(where, f"is not TOML: {error}", "mend that line; https://toml.io has the rules") from None


def as_text(value: Any, type: Type) -> str:  # noqa: A002
    """A TOML value as a variable would hold it, so that one parser serves both. Raises :class:`Wrong`."""
    if isinstance(value, str):
        return value.strip()
    if type.number and isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if type.boolean and isinstance(value, bool):
        return str(value).lower()
    raise Wrong(f"is {a_kind(value)}, not a {type.name}", f"write it in quotes, not as {quoted(str(value))}")


def a_kind(value: Any) -> str:
    """What a person calls a TOML value of this type."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date")
