"""The event loops: when each works and sleeps, how late it is, and who stands in line for it.

``watch(clock)`` on the clock's own thread begins it for one loop, ``unwatch(clock)`` ends it. ``install()`` counts
greenlets and thread pools and publishes everything once a second; ``hubs.follow(begin)`` tells of every hub.
"""

from obs.runtime.loop.installation import entries, install, uninstall
from obs.runtime.loop.table import unwatch, watch

__all__ = ["entries", "install", "uninstall", "unwatch", "watch"]
