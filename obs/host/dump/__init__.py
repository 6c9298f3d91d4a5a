"""What ``obs dump`` shows: every greenlet of a process, gathered from its agent or, if that can't answer, outside."""
