"""Metrics: a catalog, a store in shared memory that each process records into, and readers outside the service."""
