"""Who runs when: the clocks of every Work, and of the time that belongs to none.

``install()`` turns it on. Whoever opens a Work calls ``opened(work)``, ``closed(work)``, and ``changed()`` where it
makes another one current without a switch. The rest of obs.runtime reads the clocks of the threads that have a hub.
"""

from obs.runtime.accounting.clock import Clock, clocks, here
from obs.runtime.accounting.entries import Entry, entry_for, entry_of
from obs.runtime.accounting.life import flush, install, install_thread, prepare, uninstall, uninstall_thread
from obs.runtime.accounting.works import changed, closed, opened

__all__ = [
    "Clock",
    "Entry",
    "changed",
    "clocks",
    "closed",
    "entry_for",
    "entry_of",
    "flush",
    "here",
    "install",
    "install_thread",
    "opened",
    "prepare",
    "uninstall",
    "uninstall_thread",
]
