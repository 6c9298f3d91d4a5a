"""A program: imports a Flask application and writes the names of its requests into a file, as JSON.

``python -m obs.generate.lint.url_map MODULE:APP FILE``
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

AUTOMATIC = {"HEAD", "OPTIONS"}
"""The methods that Flask adds by itself."""


def application(app: str) -> Any:
    """What ``module:attribute`` is, called if it ends with ``()``."""
    module, _, attribute = app.partition(":")
    found: Any = import_module(module)
    for name in (attribute or "app").removesuffix("()").split("."):
        found = getattr(found, name)
    found = found() if attribute.endswith("()") else found
    if not hasattr(found, "url_map"):
        sys.exit(f"it is a {type(found).__name__}, not a Flask application; write a factory as module:create_app()")
    return found


def names(app: Any) -> list[str]:
    """``GET /users/<int:id>`` for each rule and each method that it was given."""
    rules = [rule for rule in app.url_map.iter_rules() if not empty(app, rule.endpoint)]
    return sorted({f"{method} {rule.rule}" for rule in rules for method in given(rule.methods or set())})


def given(methods: set[str]) -> set[str]:
    """``methods`` without those that come by themselves, unless one of them is all that there is."""
    return methods - AUTOMATIC or methods - {"OPTIONS"} or methods


def empty(app: Any, endpoint: str) -> bool:
    """Whether it is the route of static files that Flask makes for each application, and there are none."""
    folder = getattr(app, "static_folder", None)
    return endpoint == "static" and not (folder and Path(folder).is_dir())


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(names(application(sys.argv[1]))))
