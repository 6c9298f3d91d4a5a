"""Huey: its thread, greenlet and process workers, on any of its storages."""
