"""The live view: what is going on right now, in a browser, served by the host process from shared memory.

``docs/live.md`` is for who looks at it, ``docs/live-api.md`` for who asks it from a program.
"""
