"""promtool's tests of the rules that a site has left as they are."""

from __future__ import annotations

from obs.generate.output.rules import Files


def tests(_files: Files) -> dict[str, str]:
    return {}
