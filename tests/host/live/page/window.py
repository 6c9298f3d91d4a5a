"""A window of Debian's Chromium on a live view, in which nothing may go wrong."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WAIT = 20_000
"""Milliseconds that anything may take on a slow machine."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; without one the test is skipped, or fails under CI=true."""
    try:
        if CHROMIUM is None:
            raise ImportError("chromium is missing")
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield started
        started.close()


@contextmanager
def page(browser: Any, url: str, at: str = "now", wide: int = 1440, theme: str = "dark") -> Iterator[Any]:
    """A window on the host at ``url``; at the end nothing may have gone wrong in it, nor been asked of anybody else."""
    context = browser.new_context(viewport={"width": wide, "height": 900}, color_scheme=theme)
    found, wrong = context.new_page(), []
    found.set_default_timeout(WAIT)
    found.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("response", lambda got: wrong.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    found.on("request", lambda asked: wrong.append(asked.url) if foreign(asked.url, url) else None)
    try:
        found.goto(f"{url}#{at}")
        found.wait_for_selector("#link.live, #link.file")
        yield found
        assert not wrong, wrong
    finally:
        context.close()


def foreign(asked: str, url: str) -> bool:
    host = url.partition("?")[0]
    return not asked.startswith((host, f"blob:{host}"))


def until(found: Any, true: str) -> None:
    """Wait for a JavaScript expression. Playwright's own way evaluates text in the page, which its policy forbids."""
    given_up = time.monotonic() + WAIT / 1000
    while not found.evaluate(true):
        assert time.monotonic() < given_up, true
        found.wait_for_timeout(30)


def text(found: Any, selector: str) -> str:
    """What is to be read there, spaces as one."""
    return re.sub(r"\s+", " ", found.inner_text(selector))
