"""Collapsed stacks, ``a;b;c weight``, as flamegraph.pl and everything after it reads them. Weights are microseconds."""

from __future__ import annotations

import re
from collections import defaultdict

from obs.profiling.options import Options
from obs.profiling.origins import Shortener
from obs.profiling.session import Frame, Session
from obs.profiling.stacks import apply, stacks
from obs.profiling.transforms.chain import chain

_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f]")
"""A number after a space would be the weight. flamegraph.pl's own collapsers put ``_`` too, and ``:`` for ``;``."""


def render(session: Session, options: Options) -> bytes:
    """One line for each stack. If there are several views, each is the outermost frame of its stacks."""
    scaled = session.scaled()
    short = Shortener(frame.file for frame in session.frames)
    wanted = [options.view] if options.view else session.views()
    weights: defaultdict[str, float] = defaultdict(float)
    for view in wanted:
        for stack in apply(chain(options), stacks(scaled, view)):
            frames = [name(frame, short) for frame in stack.frames]
            weights[";".join([view, *frames] if len(wanted) > 1 else frames)] += stack.weight
    lines = (f"{stack} {round(weight * 1e6)}\n" for stack, weight in sorted(weights.items()) if round(weight * 1e6))
    return "".join(lines).encode(errors="replace")


def name(frame: Frame, short: Shortener) -> str:
    """``export_(app/views.py)``: without the line, so that a function is one frame."""
    text = f"{frame.function} ({short(frame.file)})" if not frame.file.startswith("<") else frame.function
    return _UNSAFE.sub("_", text.replace(";", ":"))
