"""Which rule files a rule file builds on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from obs.generate.rules.group import Group

NAME = re.compile(r"\b[a-z_]+:[\w:]+")
"""A recorded series, in an expression or in the template of a description."""


def needed(file: str, files: Mapping[str, tuple[Group, ...]]) -> tuple[str, ...]:
    """``file`` and all files whose records it uses, directly or through others, in the order of ``files``."""
    homes = {record.name: name for name, groups in files.items() for group in groups for record in group.records}
    found, open_ = {file}, [file]
    while open_:
        for name in used(files[open_.pop()]):
            home = homes.get(name, file)
            if home not in found:
                found.add(home)
                open_.append(home)
    return tuple(name for name in files if name in found)


def used(groups: tuple[Group, ...]) -> set[str]:
    """The recorded series that the rules name."""
    rules = [rule for group in groups for rule in group.rules]
    texts = [f"{rule.expr} {getattr(rule, 'description', '')}" for rule in rules]
    return {name for text in texts for name in NAME.findall(text)}
