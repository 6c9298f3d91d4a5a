"""A request that is not answered as it was meant."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  it says what is the case
    """``status``: of HTTP. ``error``: one line. ``fix``: what to do about it."""

    def __init__(self, status: int, error: str, fix: str) -> None:
        super().__init__(error)
        self.status, self.error, self.fix = status, error, fix
