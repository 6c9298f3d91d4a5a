"""``obs profile``."""

from __future__ import annotations

from typing import ClassVar

from obs.cli.command import Command
from obs.cli.profile.diff import Diff
from obs.cli.profile.history import History
from obs.cli.profile.record import Record
from obs.cli.profile.show import Show


class Profile(Command):
    """Record where a live service's time goes, show a recording, compare two.

    `obs profile PID` and `obs profile --service S` record; `obs profile history` shows what `obs run --profile` keeps.
    """

    name = "profile"
    parts: ClassVar[tuple[Command, ...]] = (Record(), History(), Show(), Diff())
    implied = "record"
