"""[lint] of obs.lint.toml."""

from __future__ import annotations

import re
from typing import Any

from obs.config.document import Document
from obs.config.values import COUNT, TEXT, Type
from obs.config.wrong import Wrong, quoted
from obs.errors import ConfigError
from obs.generate.lint.options import Options
from obs.generate.rules.duration import seconds
from obs.generate.setup.types import LENGTH


def parse_pattern(text: str) -> str:
    """A regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise Wrong(f"{quoted(text)} is no regular expression ({error})", "mend it") from None
    return text


PATTERN = Type("regular expression", parse_pattern)
DURATIONS = ("scrape_interval", "retention")
COUNTS = ("most_series", "most_samples", "rule_factor")
LISTS = {"metrics": PATTERN, "labels": TEXT}


def options(document: Document) -> Options:
    """Raises ConfigError for what is wrong."""
    table = document.table("lint")
    for error in table.unknown((*DURATIONS, *COUNTS, *LISTS)):
        raise ConfigError(error.where, "is not known here", error.fix)
    found: dict[str, Any] = {key: seconds(table.read(key, LENGTH)) for key in DURATIONS if key in table.values}
    found |= {key: table.read(key, COUNT) for key in COUNTS if key in table.values}
    found |= {key: table.read_list(key, form) for key, form in LISTS.items() if key in table.values}
    return Options(**found)
