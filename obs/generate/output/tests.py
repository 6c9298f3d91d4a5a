"""promtool's tests of the rules that a site has left as they are."""

from __future__ import annotations

from obs.generate.output.rules import Files
from obs.generate.rules import tests
from obs.generate.rules.needed import needed
from obs.generate.rules.registry import FILES
from obs.generate.setup import Setup


def texts(files: Files, setup: Setup) -> dict[str, str]:
    """By file. Their figures hold for the rules as obs has them, so a changed file and what needs it has none."""
    return {
        file: text
        for file in files
        if all(files.get(name) == FILES[name] for name in needed(file, FILES))
        and (text := tests.text(file, setup.site))
    }
