"""Profiles: a session is a value, trees are made from it, transforms are pure functions, renderers keep no state."""
