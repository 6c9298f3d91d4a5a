"""Asking the agents inside processes, and the host process of a run."""
