"""Makes the recordings: each program as it is, what else obs says of it, and each once it is mended."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from obs.profiling.file import read, write
from profiles import neutral
from profiles.gallery import Program
from profiles.mending import staged_code
from profiles.stage import Staged, staged

SECONDS = 10.0


def record(program: Program) -> Iterator[Path]:
    """Run it, faulty and mended, and write what was recorded beside it: some 30 s. Gives the files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with staged(program) as running:
            yield session(running, program.folder, program.session)
            for command in program.also:
                yield said(running, command)
        code = staged_code(program, folder)
        with staged(program, code) as running:
            yield session(running, code, program.mended)


def session(running: Staged, code: Path, file: Path) -> Path:
    running.record(file, SECONDS)
    write(neutral.neutral(read(file), running.program, code), file)
    file.chmod(0o644)  # in a repository, everybody reads it
    return file


def said(running: Staged, command: str) -> Path:
    """Keep what a command prints, after the line that it was asked by."""
    program = running.program
    _obs, *arguments = shlex.split(command)
    output = neutral.text(running.obs(*arguments, codes=(0, 1)), program, program.folder)  # 1: a doctor's findings
    file = program.output(command)
    file.write_text(f"$ {command}\n{output.replace(str(running.folder), '/srv')}")
    return file
