"""One file from the page's parts."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

SCRIPTS = ("words.js", "trees.js", "details.js", "flame.js", "state.js", "works.js", "main.js")
"""Modules, each after those that it imports. Here they are one function, which leaves no name behind."""

STYLES = ("palette.css", "flame.css", "page.css")

MODULE = re.compile(r"^(?:import .*\n|export )", re.MULTILINE)
"""What makes a script a module: a file that fetches nothing can't import."""

HERE = Path(__file__).parent


def page(title: str, data: Mapping[str, Any]) -> bytes:
    """The page with ``data`` in it. A browser runs no script in it but ours, and fetches nothing."""
    style, script = "".join(map(read, STYLES)), scripts()
    return (
        Template(read("page.html"))
        .substitute(
            title=html.escape(title),
            style=style,
            style_hash=digest(style),
            script=script,
            script_hash=digest(script),
            data=embedded(data),
        )
        .encode(errors="replace")
    )


@cache
def read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def scripts() -> str:
    return '(() => {\n"use strict";\n' + "\n".join(MODULE.sub("", read(name)) for name in SCRIPTS) + "})();\n"


def digest(text: str) -> str:
    """As Content-Security-Policy wants it (https://www.w3.org/TR/CSP3/#source-list-syntax)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def embedded(data: Mapping[str, Any]) -> str:
    """JSON that can't end the element it is in: names in a profile are others' text."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
