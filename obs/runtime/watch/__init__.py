"""One native thread per process that looks at the loops from beside them: it wakes up, looks, and sleeps again.

It needs the GIL, and each look takes it from the loop for some 20 µs; so it sleeps as long as it can and lets it go in
no system call of its own. Code that holds the GIL stops it too: how late it woke up is kept, and tells such code
from other.
"""

from obs.runtime.watch.life import every, looking, runs, start, stop
from obs.runtime.watch.spells import could_not_run

__all__ = ["could_not_run", "every", "looking", "runs", "start", "stop"]
