"""Runs in another process's own interpreter, which has neither obs nor its help: finds where that build keeps what.

Nothing of a layout is written down here: objects are made whose contents are known, and their memory is searched for
those. So it is the same for each version, build and architecture. :mod:`.main` is the list of what is looked for.
"""
