"""The agent: inside the process, a socket in the run folder on which tools outside ask what goes on in here.

Nothing runs while nobody asks. ``install(config)`` turns it on, and it begins to serve when the process's store has
its file in a run folder: :func:`start`.
"""

from obs.agent.life import install, start, uninstall

__all__ = ["install", "start", "uninstall"]
