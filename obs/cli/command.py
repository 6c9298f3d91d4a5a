"""What a command of ``obs`` is.

A command's module is imported whenever ``obs`` starts, so it imports what it works with inside :meth:`Command.run`:
``obs run`` must load nothing that gevent has to patch first.
"""

from __future__ import annotations

import argparse
from typing import ClassVar


class Command:
    """Base of the commands. A subclass's docstring is its help: the first line in the list, all of it in ``--help``."""

    name: ClassVar[str]
    tail: ClassVar[str] = ""
    """How the user's own command follows: ``-- CMD …`` if it must, ``[-- CMD …]`` if it may, empty if it can't.

    It arrives as ``options.command``: a list of strings, empty if there was none.
    """
    parts: ClassVar[tuple[Command, ...]] = ()
    """Its sub-commands, if it has any: it does nothing itself then."""
    implied: ClassVar[str] = ""
    """The sub-command that is meant where none is named."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options to ``parser``."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it. Returns the exit code; raises ObsError for what the user can mend, printed as one line, code 2."""
        raise NotImplementedError
