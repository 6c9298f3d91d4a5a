"""Outside the service: the launcher behind ``obs run``, and the host process that serves and sends for the service."""
