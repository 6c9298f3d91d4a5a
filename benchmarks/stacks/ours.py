"""obs, everything on, as ``obs run`` starts it: before Flask is imported, and around what the server calls."""

from __future__ import annotations

from benchmarks.stacks.stack import Application


def build() -> Application:
    import obs

    obs.instrument()
    from benchmarks.stacks.app import create_app

    served: Application = obs.instrument(create_app())
    return served
