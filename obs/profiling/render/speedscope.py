"""speedscope's own format (https://www.speedscope.app/file-format-schema.json): one profile for each view."""

from __future__ import annotations

import json
from typing import Any

from obs.profiling.options import Options
from obs.profiling.origins import Shortener
from obs.profiling.session import Session, View
from obs.profiling.stacks import Stacks, apply, stacks
from obs.profiling.told import title
from obs.profiling.transforms.chain import chain

SCHEMA = "https://www.speedscope.app/file-format-schema.json"

Indexes = dict[tuple[str, str], int]
"""By function and file, its place in the shared frames."""


def render(session: Session, options: Options) -> bytes:
    """A JSON document; a function is one frame, whatever its lines, so that its seconds add up."""
    scaled = session.scaled()
    found = {
        view: apply(chain(options), stacks(scaled, view))
        for view in ([options.view] if options.view else session.views())
    }
    short = Shortener(frame.file for frame in session.frames)
    indexes: Indexes = {}
    profiles = [profile(view, of, indexes) for view, of in found.items()]
    frames = [{"name": function, **({"file": short(file)} if file else {})} for function, file in indexes]
    document = {
        "$schema": SCHEMA,
        "exporter": "obs",
        "name": title(session),
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": profiles,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def profile(view: View, found: Stacks, indexes: Indexes) -> dict[str, Any]:
    """A profile of samples in seconds."""
    ordered = sorted(found, key=lambda stack: stack.frames)
    weights = [round(stack.weight, 9) for stack in ordered]
    return {
        "type": "sampled",
        "name": view,
        "unit": "seconds",
        "startValue": 0,
        "endValue": round(sum(weights), 9),
        "samples": [
            [indexes.setdefault((frame.function, frame.file), len(indexes)) for frame in stack.frames]
            for stack in ordered
        ],
        "weights": weights,
    }
