"""When a greenlet that is resumed now became ready to run: where its wait ended and its delay began.

The poll's return is no answer: what came while the loop was blocked came before it, and what a greenlet set off came
after. So each kind of wake-up is asked for its own time, after long stretches only, and at a bounded cost:

- callbacks (spawns, events, queues, locks, ``sleep(0)``, results of thread pools): :mod:`obs.runtime.ready.stamps`;
- timers (``sleep``, ``spawn_later``, timeouts): their deadlines, :mod:`obs.runtime.ready.deadlines`;
- TCP reads: the kernel knows, :mod:`obs.runtime.ready.arrivals`;
- whatever ends a poll that had slept: that poll's return;
- the rest: the middle of the time in which the loop did not look, and it is said to be estimated.
"""

from obs.runtime.ready import stamps
from obs.runtime.ready.ready import count_estimated, ready_ns

__all__ = ["count_estimated", "ready_ns", "stamps"]
