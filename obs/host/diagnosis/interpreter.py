"""Can obs get into the service's interpreter?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation
from obs.host.diagnosis.target import Target


def interpreter(situation: Situation) -> Iterator[Finding]:
    """The command exists, its Python looks at PYTHONPATH, and has an obs of its own."""
    if not situation.command:
        return
    if shutil.which(situation.command[0], path=situation.environ.get("PATH")) is None:
        name = situation.command[0]
        fix = "mend the command, or PATH; a script needs its execute bit"
        yield Finding("error", f"{name} can't be started", f"there is no program {name} on PATH", fix)
        return
    target = situation.target
    if target.problem:
        fix = "mend that Python; obs needs 3.11 or later"
        yield Finding("error", "the service's Python can't be asked", f"{target.python}: {target.problem}", fix)
        return
    yield from shut_out(target)
    yield from not_installed(target)


def shut_out(target: Target) -> Iterator[Finding]:
    """-I and -E make Python ignore PYTHONPATH, by which obs gets in; -S makes it skip sitecustomize."""
    for flag in target.flags:
        letters = "" if flag.startswith("--") else flag[1:]
        if found := sorted(set(letters) & set("IES")) if letters[:1] not in ("W", "X") else []:
            yield Finding(
                "error",
                "obs run can't get into this Python, and nothing would be measured",
                f"{target.python} is started with {flag}: -{found[0]} leaves out what obs starts from",
                "start it without, or call obs.instrument() in the program before it makes its application",
            )


def not_installed(target: Target) -> Iterator[Finding]:
    """obs lends its own packages to a Python that has none, which may mix two sets of versions."""
    from importlib.metadata import version

    have, ours = target.packages.get("obs"), version("obs")
    if have == ours:
        return
    yield Finding(
        "warning",
        "the service's Python has no obs, and borrows this one's packages"
        if have is None
        else "the service's Python has another version of obs",
        f"{target.python} has {'none' if have is None else have}, this is {ours}",
        f"{target.python} -m pip install obs=={ours}",
    )
