"""Pictures of Grafana boards: rendered with Grafana's UI components, in headless Chromium. See README.md.

.venv/bin/python tools/pictures/draw.py --prometheus http://127.0.0.1:9090 --out pictures dashboards/*.json
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import workshop
from gathered import Time, empty, gather, seconds

from obs.errors import ObsError
from obs.generate.queries import Prometheus

SITE = "http://pictures.invalid"
"""Where the page believes to be: nothing is asked of any network, every file is handed to it."""

PATIENCE = 180_000.0
"""ms for one step: Chromium reads 19 MB of script, on whatever else the machine does."""

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


def main() -> int:
    options = parse()
    place = workshop.folder(os.environ)
    workshop.prepare(place)
    prometheus = Prometheus(options.prometheus)
    try:
        now = options.to or time.time()
        span = Time(now - seconds(options.past), now, options.scrape or scraped(prometheus))
        drawn = []
        with browser(place, options.width, options.scale) as page:
            for file in options.boards:
                board = json.loads(file.read_text())
                gathered = gather(board.get("dashboard", board), prometheus, span, dict(options.var))
                picture = options.out / f"{options.prefix}{file.name.removesuffix('.json')}.png"
                draw(page, gathered | {"expand": options.expand, "width": options.width}, picture)
                print(picture, *empty(gathered), sep="\n    ", flush=True)
                drawn.append(picture)
        workshop.shrink(place, drawn)
    except ObsError as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 2
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("boards", nargs="+", type=Path, metavar="BOARD.json")
    add("--prometheus", required=True, metavar="URL")
    add("--out", type=Path, default=Path(), metavar="DIR", help="where NAME.png goes (here)")
    add("--prefix", default="", help="what its name begins with")
    add("--from", dest="past", type=duration, default="15m", metavar="15m", help="how far back a board looks (15m)")
    add("--to", type=float, metavar="SECONDS", help="Unix time that it looks back from (now)")
    add("--scrape", type=float, metavar="SECONDS", help="scrape interval (Prometheus' own)")
    add("--var", type=pair, action="append", default=[], metavar="NAME=VALUE", help="of a variable; a,b for several")
    add("--expand", action="store_true", help="open collapsed rows")
    add("--width", type=int, default=1440, help="pixels of the page (1440)")
    add("--scale", type=float, default=1.0, help="pixels of the picture for one of the page (1)")
    return parser.parse_args()


def duration(text: str) -> str:
    if not seconds(text):
        raise argparse.ArgumentTypeError(f"{text} is not a duration such as 15m or 6h")
    return text


def pair(text: str) -> tuple[str, str | list[str]]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value.split(",") if "," in value else value


def scraped(prometheus: Prometheus) -> float:
    """Its global scrape interval."""
    found = re.search(r"scrape_interval: (\w+)", prometheus.ask("status/config")["yaml"])
    return seconds(found[1] if found else "") or 15.0


@contextmanager
def browser(place: Path, width: int, scale: float) -> Iterator[Any]:
    """A page of Chromium that gets its files from ``place``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        page = chromium.new_page(viewport={"width": width, "height": 800}, device_scale_factor=scale)
        page.set_default_timeout(PATIENCE)
        page.route("**/*", lambda route: hand(route, place))
        yield page
        chromium.close()


def hand(route: Any, place: Path) -> None:
    path = workshop.found(place, route.request.url.removeprefix(SITE).partition("?")[0])
    kind = {"content_type": "image/svg+xml"} if path.suffix == ".svg" else {}
    if path.is_file():
        route.fulfill(path=path, **kind)
    else:
        route.fulfill(status=404)


def draw(page: Any, gathered: dict[str, Any], picture: Path) -> None:
    """One board as a PNG."""
    page.goto(SITE)
    page.evaluate("document.fonts.load('14px Inter')")
    page.evaluate("input => window.draw(input)", gathered)
    page.wait_for_function("document.querySelector('#board > div') || window.failed")
    if failed := page.evaluate("window.failed"):
        raise ObsError(f"{picture.stem} can't be drawn: {failed}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # charts draw in their next frames
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.locator("#board").screenshot(path=picture)


if __name__ == "__main__":
    sys.exit(main())
