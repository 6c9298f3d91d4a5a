"""Files and folders to boards, rule files and pages of runbooks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from obs.errors import ObsError
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.page import Page, is_page, of_text
from obs.generate.lint.files.rule_file import RuleFile

ENDINGS = (".json", ".yaml", ".yml")


class Read(NamedTuple):
    """What some files and folders hold."""

    boards: list[Board]
    rules: list[RuleFile]
    pages: list[Page]
    """Of runbooks, found in folders only."""


def read(paths: Sequence[Path]) -> Read:
    """What they hold, in a folder whatever is a board or rules. Raises ObsError for what is neither."""
    found = Read([], [], [])
    for path in paths:
        files = list(files_of(path))
        held = [item for file in files if not is_page(file) for item in of_file(file)]
        if not held:
            raise ObsError(f"{path}: holds neither boards nor rules; name a board's JSON, a rule file, or a folder")
        found.boards.extend(item for item in held if isinstance(item, Board))
        found.rules.extend(item for item in held if isinstance(item, RuleFile))
        found.pages.extend(of_text(file.name, text_of(file)) for file in files if is_page(file))
    return found


def files_of(path: Path) -> Iterator[Path]:
    """Those of a folder that may be ours to check; a file that is named is."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if (file.suffix in ENDINGS or is_page(file)) and file.is_file() and not hidden(file.relative_to(path)):
            yield file


def hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def of_file(path: Path) -> Iterator[Board | RuleFile]:
    """Each document of the file; one that is neither board nor rules is not ours to check."""
    text = text_of(path)
    try:
        documents = [json.loads(text)] if path.suffix == ".json" else from_yaml(text)
    except ValueError as error:
        raise ObsError(f"{path}: is not {path.suffix[1:].upper()}: {first_line(error)}") from None
    for document in documents:
        yield from of_document(str(path), document)


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ObsError(f"{path}: can't be read ({error.strerror}); name a file or a folder") from None
    except UnicodeDecodeError:
        raise ObsError(f"{path}: is not UTF-8; save it so") from None


def from_yaml(text: str) -> list[Any]:
    """Raises ValueError for what is no YAML."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with libyaml
    try:
        return list(yaml.load_all(text, loader))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def of_document(file: str, values: Any) -> Iterator[Board | RuleFile]:
    """A board, rules, or an object of Kubernetes that holds some."""
    if not isinstance(values, dict):
        return
    if isinstance(values.get("groups"), list):
        yield RuleFile(file, tuple(group for group in values["groups"] if isinstance(group, dict)))
    elif values.get("kind") == "PrometheusRule":
        yield from of_document(file, values.get("spec"))
    elif values.get("kind") == "ConfigMap":
        for key, text in (values.get("data") or {}).items():
            yield from of_config_map(f"{file}#{key}", text)
    elif isinstance(values.get("panels"), list):
        yield Board(file, values)


def of_config_map(file: str, text: str) -> Iterator[Board | RuleFile]:
    if file.endswith(".json"):
        try:
            yield from of_document(file, json.loads(text))
        except ValueError as error:
            raise ObsError(f"{file}: is not JSON: {error}") from None


def first_line(error: Exception) -> str:
    return " ".join(str(error).split())
