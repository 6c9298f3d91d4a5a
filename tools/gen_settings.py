"""``python -m tools.gen_settings``: docs/settings.md from the table in obs/config/settings.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from obs.config.settings import DESCRIPTION, SETTINGS, Setting

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"

INTRODUCTION = """\
# Settings

Made by `python -m tools.gen_settings` from `obs/config/settings.py`; don't edit it.

obs reads its settings once, when it starts: from variables, and from `obs.toml` in the current folder (else
`[tool.obs]` in `pyproject.toml`; `OBS_CONFIG` names another file). Of the places below, the first that is set decides,
from the left to the right: `OBS_*`, `OTEL_*`, an attribute in `OTEL_RESOURCE_ATTRIBUTES`, the file, the default. An
empty variable counts as unset. A wrong value, an `OBS_*` variable that obs doesn't know and an unknown key in the file
are errors that say where and what to do; `obs doctor` shows all of them, and where each value came from.

Durations are written `250ms`, `1.5s`, `2m`, or as a number of seconds; sizes `500KB`, `16MB`, `64MiB`, or as a number
of bytes. Variables that Kubernetes makes for a Service named `obs` (`OBS_SERVICE_HOST`, `OBS_PORT=tcp://…`) are left
alone.
"""

FILE = """\
## The service description

In `obs.toml`. A route pattern is a path as the framework writes its route, with or without a method before it: `*` is
any text and `<*>` is one path parameter, so that `/channels/<*>/messages*` covers `GET /channels/<int:id>/messages`. A
job pattern knows `*` only.
"""

INTERNAL = """\
## Set by obs itself

For its own processes; not for people.
"""


def page() -> str:
    """The whole page."""
    public = [setting for setting in SETTINGS if not setting.internal]
    internal = [setting for setting in SETTINGS if setting.internal]
    return "\n".join(
        [
            INTRODUCTION,
            *table(("setting", "form", "default", "what it is"), map(row, public)),
            FILE,
            *table(("section", "key", "form", "what it is"), ((f"`{d[0]}`", f"`{d[1]}`", *d[2:]) for d in DESCRIPTION)),
            INTERNAL,
            *table(("variable", "form", "what it is"), ((places(s), s.type.name, s.help) for s in internal)),
        ]
    )


def row(setting: Setting) -> tuple[str, ...]:
    default = setting.default_text or (f"`{setting.default}`" if setting.default else "")
    return places(setting), setting.type.name, default, setting.help


def places(setting: Setting) -> str:
    """Every place of a setting, the strongest first."""
    section, _, key = setting.key.partition(".")
    file = [f"`[{section}] {key}`"] if key else []
    return ", ".join([*(f"`{name}`" for name in (*setting.variables, *setting.attributes)), *file])


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table, with an empty line after it."""
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
