"""The person's browser."""

from __future__ import annotations

import os
import sys
import webbrowser

TEXT = {"www-browser", "links", "elinks", "lynx", "w3m"}
"""Browsers that would take the terminal."""


def has_display() -> bool:
    """Whether there is a screen that a browser could open on."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Open ``address``; False if there is no browser with a window."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    return getattr(browser, "name", "") not in TEXT and browser.open(address)
