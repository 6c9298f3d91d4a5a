"""Offline: the service description, and what is made and checked from it."""
