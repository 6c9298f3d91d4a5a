"""Hooks on imports: called once, right after the module's code, with no trace left on it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from obs import errors
from obs.imports import PostImport


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in ("obs_test_target", "obs_test_package", "obs_test_package.inner"):
        sys.modules.pop(name, None)


@pytest.fixture
def hooks() -> Iterator[PostImport]:
    hooks = PostImport()
    hooks.install()
    yield hooks
    hooks.uninstall()


def test_a_module_that_is_here_is_called_back_at_once(hooks: PostImport) -> None:
    seen: list[ModuleType] = []
    hooks.when_imported("json", seen.append)
    assert seen == [sys.modules["json"]]


def test_a_module_that_comes_is_called_back_after_its_code_has_run(folder: Path, hooks: PostImport) -> None:
    (folder / "obs_test_target.py").write_text("value = 1\n")
    seen: list[int] = []
    hooks.when_imported("obs_test_target", lambda module: seen.append(module.value))
    assert seen == []
    importlib.import_module("obs_test_target")
    importlib.reload(sys.modules["obs_test_target"])
    assert seen == [1]


def test_a_submodule_can_be_waited_for(folder: Path, hooks: PostImport) -> None:
    package = folder / "obs_test_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("value = 2\n")
    seen: list[str] = []
    hooks.when_imported("obs_test_package.inner", lambda module: seen.append(module.__name__))
    importlib.import_module("obs_test_package.inner")
    assert seen == ["obs_test_package.inner"]


def test_the_module_looks_as_if_nobody_had_waited(folder: Path, hooks: PostImport) -> None:
    (folder / "obs_test_target.py").write_text("import inspect\n")
    hooks.when_imported("obs_test_target", lambda module: None)
    module = importlib.import_module("obs_test_target")
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    assert module.__spec__.loader is module.__loader__


def test_a_hook_that_fails_is_contained_and_counted(folder: Path, hooks: PostImport) -> None:
    (folder / "obs_test_target.py").write_text("value = 1\n")
    hooks.when_imported("obs_test_target", lambda module: 1 / 0)
    before = dict(errors.faults)
    assert importlib.import_module("obs_test_target").value == 1
    part = "the hook on the import of obs_test_target"
    assert errors.faults[part] == before.get(part, 0) + 1


def test_a_module_that_fails_to_import_fails_as_before(folder: Path, hooks: PostImport) -> None:
    (folder / "obs_test_target.py").write_text("raise ImportError('its own fault')\n")
    hooks.when_imported("obs_test_target", lambda module: None)
    with pytest.raises(ImportError, match="its own fault"):
        importlib.import_module("obs_test_target")


def test_a_module_that_does_not_exist_is_not_found_as_before(hooks: PostImport) -> None:
    hooks.when_imported("obs_test_nowhere", lambda module: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("obs_test_nowhere")


def test_uninstalling_leaves_the_import_system_as_it_was() -> None:
    before = list(sys.meta_path)
    hooks = PostImport()
    hooks.install()
    hooks.install()
    hooks.uninstall()
    assert sys.meta_path == before
