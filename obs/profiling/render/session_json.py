"""The session itself, for ``obs profile show`` and for programs: all of it, and nothing scaled."""

from __future__ import annotations

import gzip

from obs.profiling import file
from obs.profiling.options import Options
from obs.profiling.session import Session


def render(session: Session, options: Options) -> bytes:
    """See :mod:`obs.profiling.file`; ``options`` choose nothing here."""
    del options
    return file.encoded(session)


def render_compressed(session: Session, options: Options) -> bytes:
    """The same, compressed."""
    return gzip.compress(render(session, options), mtime=0)
