"""Renderers: each a function of a session or a tree of it, and keeps no state."""
