"""The content: what the catalog gives, with a site's changes, for the fleet or for one service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.generate.output import boards, rules
from obs.generate.output.content import Content
from obs.generate.output.tests import texts
from obs.generate.rules.group import Group
from obs.generate.rules.inhibit import INHIBIT
from obs.generate.rules.runbook import runbooks
from obs.generate.rules.write import document
from obs.generate.service.lone import Lone
from obs.generate.service.narrowed import narrowed
from obs.generate.service.preset import preset
from obs.generate.setup import Setup


def content(setup: Setup, lone: Lone | None) -> Content:
    """Everything. Raises ConfigError for a change of something that there is not, or that changes nothing."""
    found = rules.files(setup)
    drawn = boards.files(setup)
    return Content(
        boards={name: preset(board, lone.name) for name, board in drawn.items()} if lone else drawn,
        rules={file: rule_file(groups, setup, lone) for file, groups in found.items()},
        tests={} if lone else texts(found, setup),
        runbooks=runbooks(group for groups in found.values() for group in groups),
        inhibit=tuple(INHIBIT),
        teams=lone.teams if lone else (),
    )


def rule_file(groups: tuple[Group, ...], setup: Setup, lone: Lone | None) -> Mapping[str, Any]:
    values = document(groups, setup.site)
    return narrowed(values, lone) if lone else values
