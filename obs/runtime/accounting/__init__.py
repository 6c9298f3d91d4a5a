"""Who runs when: the clocks of every Work, and of the time that belongs to none.

http and jobs open and close Work here; the rest of obs.runtime reads the clocks of the threads that have a hub.
"""

from obs.runtime.accounting.clock import Clock, clocks

__all__ = ["Clock", "clocks"]
