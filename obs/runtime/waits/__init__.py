"""What a Work waits for: each stretch of waiting named after the stack that was parked in it, and counted by name."""

from obs.runtime.waits.classifier import classify, extend
from obs.runtime.waits.samples import listen, sample

__all__ = ["classify", "extend", "listen", "sample"]
