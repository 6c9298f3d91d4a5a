"""What a Work waits for: each stretch of waiting named after the stack that was parked in it, and counted by name."""

from obs.runtime.waits.classify import classify, extend
from obs.runtime.waits.sample import listen, sample

__all__ = ["classify", "extend", "listen", "sample"]
