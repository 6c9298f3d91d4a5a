"""Pictures of the live view for the README and the docs: `tools/live_pictures.py ADDRESS`, that of a run with traffic.

`obs live` prints the address. Needs playwright and a Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"

WIDE, PHONE = (1440, 900), (390, 844)

SHOTS = {
    "live-now": ("now", WIDE, "dark"),
    "live-why": ("why", WIDE, "light"),
    "live-work": ("work?name=POST+%2Fattachments", WIDE, "dark"),
    "live-slow": ("slow", WIDE, "light"),
    "live-loop": ("loop", WIDE, "dark"),
    "live-phone": ("why", PHONE, "dark"),
}
"""By the picture's name: the view, the window, and the colours."""

LARGEST = 300_000
"""Bytes of a picture."""


def shoot(browser: object, address: str, name: str) -> Path:
    """Take one picture; with a slow request opened where there is a list of them."""
    at, (width, height), theme = SHOTS[name]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#link.live")
    page.evaluate("at => { location.hash = at; }", at)
    page.wait_for_timeout(2500)  # the courses are asked for after the first numbers
    if at == "slow":
        page.click(".slowlist a")
        page.wait_for_selector(".waterfall")
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    context.close()
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file} has {file.stat().st_size} bytes: more than {LARGEST}")
    return file


def main(address: str) -> None:
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name in SHOTS:
            sys.stdout.write(f"{shoot(browser, address, name)}\n")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
