"""What stands at the head of every generated file that can hold a comment."""

from __future__ import annotations

import textwrap
from typing import Any

from obs.generate.rules.write import yaml_text

HEAD = "Made by `obs generate`: change it in obs.generate.toml (docs/generate.md), not here."


def yaml_file(values: Any, *notes: str) -> str:
    """``values`` as YAML below the notice and ``notes``, each a paragraph of the comment."""
    return comment(HEAD, *notes) + yaml_text(values)


def comment(*paragraphs: str) -> str:
    """Lines that begin with ``#``, at most 100 characters wide."""
    return "".join(f"# {line}\n" for text in paragraphs for line in textwrap.wrap(text, 98, break_on_hyphens=False))
