"""The job that real workers are measured with: what is left is what the queue and its observer cost."""

from __future__ import annotations


def nothing(_number: int) -> None:
    """It does nothing."""
