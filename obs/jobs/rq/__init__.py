"""RQ: its forking, spawning and simple workers, and synchronous queues."""

from obs.jobs.rq.table import patches

__all__ = ["patches"]
