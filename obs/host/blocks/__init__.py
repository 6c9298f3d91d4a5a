"""Blocks of the loop, from outside the service: the watchdog that sees a heartbeat stop, and what people look at."""
