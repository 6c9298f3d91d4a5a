"""Nobody watches."""

from __future__ import annotations

from benchmarks.stacks.stack import Application


def build() -> Application:
    from benchmarks.stacks.app import create_app

    return create_app()
