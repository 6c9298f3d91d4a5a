"""Call back when a module has been imported: how obs finds frameworks without importing any.

A finder in front of ``sys.meta_path`` lets the ordinary finders find a module, and runs the callback right after its
code has run, before the importer sees it. A module that is here already is called back at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from obs.errors import fault

Hook = Callable[[ModuleType], None]


class PostImport(MetaPathFinder):
    """The hooks by module name. :meth:`install` and :meth:`uninstall` are each other's exact undo."""

    def __init__(self) -> None:
        self.hooks: dict[str, list[Hook]] = {}

    def when_imported(self, name: str, hook: Hook) -> None:
        """Call ``hook(module)`` once: now if module ``name`` is imported, else right after it will be."""
        module = sys.modules.get(name)
        if module is not None and not getattr(module.__spec__, "_initializing", False):
            _call(name, hook, module)
        else:
            self.hooks.setdefault(name, []).append(hook)

    def install(self) -> None:
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        self.hooks.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self.hooks:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Notifying(spec.loader, self)
                return spec
        return None

    def imported(self, module: ModuleType) -> None:
        for hook in self.hooks.pop(module.__name__, ()):
            _call(module.__name__, hook, module)


class _Notifying(Loader):
    """Stands in for a module's loader until its code has run, and leaves no trace on the module."""

    def __init__(self, loader: Loader, hooks: PostImport) -> None:
        self.loader = loader
        self.hooks = hooks

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.hooks.imported(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


def _call(name: str, hook: Hook, module: ModuleType) -> None:
    try:
        hook(module)
    except Exception:
        fault(f"the hook on the import of {name}")
