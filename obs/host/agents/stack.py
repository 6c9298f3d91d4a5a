"""``stack``: what py-spy sees of a process of the run, for who may not look himself.

Under Yama only the launcher and its children may trace the service, unless it permits another itself; one whose GIL is
held can't.
"""

from __future__ import annotations

from pathlib import Path

from obs.agent.operation import Answer, Refusal, Request
from obs.host.pyspy.looking import Looked, Looking, unstartable
from obs.host.runs import processes

PAUSE = 0.02
"""Seconds between two looks at whether py-spy is done."""


class Stack:
    """``{"pid": 123}``. One part: py-spy's ``document``, or why it is ``refused``."""

    name = "stack"

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir

    def answer(self, request: Request) -> Answer:
        pid = request.arguments.get("pid")
        if pid not in [known for _, known, _ in processes(self._run_dir)]:
            raise Refusal("bad_argument", "pid is that of a process of this run")
        try:
            looking = Looking(int(pid))
        except OSError as error:
            looked: Looked | None = unstartable(error)
        else:
            try:
                while (looked := looking.result()) is None:
                    yield PAUSE
            finally:
                looking.end()
        yield {"document": looked.document.decode(errors="replace"), "refused": looked.refused}  # type: ignore[union-attr]
