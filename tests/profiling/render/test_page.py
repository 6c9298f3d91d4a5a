"""The page: self-contained, and in a real browser readable."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from obs.profiling.difference import compare
from obs.profiling.options import EVERYTHING
from obs.profiling.render import difference_html, html
from obs.profiling.session import Session
from tests.profiling.render.test_formats import HOSTILE, hostile
from tests.profiling.sessions import chat, large

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def text_of(session: Session) -> str:
    return html.render(session, EVERYTHING).decode()


def test_it_fetches_nothing_and_runs_no_script_but_its_own() -> None:
    page = text_of(chat())
    assert not re.search(r"""(?:src|href|url|action)\s*[=(]|@import|https?://|fetch\(|XMLHttp|innerHTML|eval\(""", page)
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none';")
    for name in ("script", "style"):
        text = re.findall(rf"<{name}>(.*?)</{name}>", page, re.S)[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_names_of_others_stay_text() -> None:
    page = text_of(hostile())
    assert page.count("</script>") == 2
    assert "<title>&lt;/title&gt;" in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert data["works"][0]["work"] == HOSTILE


def test_its_trees_hold_all_seconds_and_samples() -> None:
    data = html.content(chat(), EVERYTHING)
    assert {view["name"]: view["total"] for view in data["views"]} == pytest.approx(
        {"cpu": 18.1, "held": 1.6, "delay": 15.0, "wait": 12.4}
    )
    for view in data["views"]:
        assert sum(data["trees"][view["name"]]["own"]) == pytest.approx(view["total"])
    assert sum(data["trees"]["cpu"]["looks"]) == 1759
    assert data["start"] == "cpu"


def test_a_comparison_has_both_weights_and_says_what_is_new() -> None:
    data = difference_html.content(compare(chat(), chat(worse=1.5), EVERYTHING), EVERYTHING)
    assert sum(data["trees"]["cpu"]["before"]) == pytest.approx(18.1 / 30)
    assert sum(data["trees"]["cpu"]["own"]) == pytest.approx((18.1 + 5.9) / 30)
    assert data["headline"][3] == "GET /export/<int:id>"


@pytest.fixture
def chromium() -> str:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    return CHROMIUM


def browse(chromium: str, folder: Path, page: bytes, *options: str, at: str = "", name: str = "page.html") -> str:
    """What headless Chromium says of a page."""
    (folder / name).write_bytes(page)
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    url = f"file://{quote(str(folder / name))}{at}"
    command += ["--window-size=1400,900", "--virtual-time-budget=2000", *options, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def boxes(dom: str) -> dict[str, float]:
    """Text and pixels of the boxes in a page."""
    found = re.findall(r'<div class="box [^>]*style="[^"]*?width: ([\d.]+)px[^>]*>(.*?)</div>', dom)
    return {unescape(re.sub(r"<[^>]+>", " ", text)).strip(): float(wide) for wide, text in found}


@pytest.mark.real
def test_the_widest_boxes_bear_their_names_in_a_browser(chromium: str, tmp_path: Path) -> None:
    dom = browse(chromium, tmp_path, html.render(chat(), EVERYTHING), "--dump-dom")
    assert 'data-ready="yes"' in dom
    found = sorted(boxes(dom).items(), key=lambda item: -item[1])
    assert found[0][0].startswith("cpu")
    assert found[1][0].startswith("GET /export/<int:id>")
    assert "65%" in found[1][0]
    assert found[1][1] / found[0][1] == pytest.approx(11.8 / 18.1, abs=0.01)


@pytest.mark.real
def test_the_address_leads_to_a_view_a_work_and_a_search(chromium: str, tmp_path: Path) -> None:
    at = "#view=wait&work=" + quote("GET /search") + "&query=redis"
    dom = browse(chromium, tmp_path, html.render(chat(), EVERYTHING), "--dump-dom", at=at)
    names = list(boxes(dom))
    assert any(name.startswith("on redis") for name in names)
    assert not any("export" in name or "messages" in name for name in names)
    assert re.search(r'<output[^>]*id="found"[^>]*>3 s, 100%<|id="found"[^>]*>3 s, 100%<', dom)


@pytest.mark.real
def test_a_tree_of_twenty_thousand_nodes_is_drawn_as_far_as_it_can_be_seen(chromium: str, tmp_path: Path) -> None:
    dom = browse(chromium, tmp_path, html.render(large(20_000), EVERYTHING), "--dump-dom")
    assert 'data-ready="yes"' in dom
    assert 300 < dom.count('class="box ') < 20_000


@pytest.mark.real
def test_hostile_names_are_shown_and_not_run(chromium: str, tmp_path: Path) -> None:
    dom = browse(chromium, tmp_path, html.render(hostile(), EVERYTHING), "--dump-dom")
    assert 'data-ready="yes"' in dom
    assert any(name.startswith("GET /a;b </script><b>&") for name in boxes(dom))


KEYS = """
const seen = [];
const active = () => document.activeElement;
const does = {bubbles: true, cancelable: true};
const key = (name) => active().dispatchEvent(new KeyboardEvent("keydown", {key: name, ...does}));
const type = (text) => { active().value = text; active().dispatchEvent(new Event("input", {bubbles: true})); };
const told = () => active().getAttribute("aria-label") || active().id || active().tagName;
const note = (what) => seen.push(what + " | " + told() + " | " + location.hash);
addEventListener("error", (event) => seen.push("ERROR " + event.message));
STEPS
document.title = JSON.stringify(seen);
"""


def pressed(chromium: str, folder: Path, page: bytes, steps: str, at: str = "") -> list[str]:
    """What ``note`` has seen while somebody did these ``steps`` on a page."""
    open_page = re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", page)
    driven = open_page.replace(b"</body>", f"<script>{KEYS.replace('STEPS', steps)}</script></body>".encode())
    dom = browse(chromium, folder, driven, "--dump-dom", at=at)
    return json.loads(unescape(re.search(r"<title>(.*?)</title>", dom, re.S)[1]))  # type: ignore[index]


@pytest.mark.real
def test_the_keyboard_walks_and_zooms_and_comes_back(chromium: str, tmp_path: Path) -> None:
    seen = pressed(
        chromium,
        tmp_path,
        html.render(chat(), EVERYTHING),
        """
        key("2"); note("2"); key("1"); note("1"); key("9"); key("0"); note("no such view");
        document.querySelector('.box[tabindex="0"]').focus(); note("into the graph");
        key("ArrowDown"); note("down"); key("ArrowRight"); note("right"); key("ArrowLeft"); note("left");
        key("Enter"); note("enter " + document.querySelectorAll(".above").length);
        key("ArrowDown"); key(" "); note("space " + document.querySelectorAll(".above").length);
        key("Escape"); key("Escape"); note("escaped " + document.querySelectorAll(".above").length);
        """,
    )
    assert [line.partition(" | ")[0] for line in seen] == [
        "2", "1", "no such view", "into the graph", "down", "right", "left", "enter 1", "space 2", "escaped 0",
    ]  # fmt: skip
    _, one, none, root, down, right, left, enter, _, escaped = (line.split(" | ")[1] for line in seen)
    assert seen[0].endswith("#view=held")
    assert seen[1].endswith("#view=cpu")
    assert one == none == "BODY"
    assert root.startswith("cpu, 18.1 s")
    assert down == left == enter
    assert down.startswith("GET /export/<int:id>, 11.8 s")
    assert right not in (root, down)
    assert escaped == root


@pytest.mark.real
def test_a_search_leads_to_the_widest_that_is_found_and_escape_takes_it_away(chromium: str, tmp_path: Path) -> None:
    seen = pressed(
        chromium,
        tmp_path,
        html.render(chat(), EVERYTHING),
        """
        key("1"); key("/"); note("searching"); type("json"); note(document.getElementById("found").textContent);
        key("1"); note("typed"); key("Enter"); note("found");
        const widths = [...document.querySelectorAll(".hit")].map((box) => box.clientWidth);
        note(String(active().clientWidth === Math.max(...widths) && widths.length > 1));
        key("Escape"); note("hits " + document.querySelectorAll(".hit, .searched").length);
        """,
    )
    searching, told, typed, found, widest, away = (line.split(" | ") for line in seen)
    assert searching[1] == "Search a function, file or work"
    assert re.fullmatch(r"[\d.]+ s, \d+%", told[0])
    assert typed[2] == found[2] == "#view=cpu&query=json"  # a digit is a letter here
    assert widest[0] == "true"
    assert away[0] == "hits 0"
    assert away[1] == found[1]
    assert away[2] == "#view=cpu"


@pytest.mark.real
def test_who_uses_the_keyboard_stays_where_he_is_when_things_are_drawn_anew(chromium: str, tmp_path: Path) -> None:
    seen = pressed(
        chromium,
        tmp_path,
        html.render(chat(), EVERYTHING),
        """
        const row = () => document.querySelectorAll("#works tbody tr")[1];
        row().focus(); key("Enter"); note("chosen"); key("ArrowUp"); key("ArrowDown"); key(" "); note("all again");
        for (const id of ["toggle-merged", "sort-work", "view-delay"]) {
          document.getElementById(id).focus(); document.getElementById(id).click(); note(id);
        }
        key("ArrowRight"); note("to the right");
        """,
    )
    chosen, again, merged, sorted_, delay, right = (line.split(" | ") for line in seen)
    assert chosen[1] == again[1]
    assert chosen[1].startswith("work-")
    assert "work=" in chosen[2]
    assert "work=" not in again[2]
    assert [merged[1], sorted_[1], delay[1], right[1]] == ["toggle-merged", "sort-work", "view-delay", "view-wait"]


@pytest.mark.real
@pytest.mark.parametrize("at", ["#view=constructor&work=toString&query=%5B(", "#view=__proto__&&=%"])
def test_an_address_that_makes_no_sense_is_that_of_the_first_view(chromium: str, tmp_path: Path, at: str) -> None:
    page = html.render(chat(), EVERYTHING)
    assert 'data-ready="yes"' in browse(chromium, tmp_path, page, "--dump-dom", at=at)


@pytest.mark.real
def test_a_link_on_the_same_page_is_followed(chromium: str, tmp_path: Path) -> None:
    steps = """
    location.hash = "#view=wait&merged=1";
    dispatchEvent(new HashChangeEvent("hashchange"));
    note(document.body.className + " " + document.getElementById("toggle-merged").getAttribute("aria-pressed"));
    location.hash = "";
    dispatchEvent(new HashChangeEvent("hashchange"));
    note(document.getElementById("toggle-merged").getAttribute("aria-pressed"));
    """
    seen = pressed(chromium, tmp_path, html.render(chat(), EVERYTHING), steps)
    assert [line.partition(" | ")[0] for line in seen] == ["wait true", "false"]


@pytest.mark.real
def test_on_a_phone_nothing_is_wider_than_the_screen(chromium: str, tmp_path: Path) -> None:
    """In a frame: a headless window is never narrower than 500 pixels."""
    (tmp_path / "page.html").write_bytes(html.render(chat(), EVERYTHING))
    frame = b'<iframe src="page.html" width="390" height="844"></iframe><script>addEventListener("load", () => {'
    frame += b"const it = document.querySelector('iframe').contentDocument; const views = it.getElementById('views');"
    frame += b"document.title = [it.documentElement.scrollWidth, views.clientHeight < 80].join()})</script>"
    dom = browse(chromium, tmp_path, frame, "--dump-dom", "--allow-file-access-from-files", name="phone.html")
    assert "<title>390,true</title>" in dom


@pytest.mark.real
@pytest.mark.parametrize("what", ["profile", "comparison"])
def test_the_picture_is_not_blank_and_has_the_colours_of_its_boxes(chromium: str, tmp_path: Path, what: str) -> None:
    page = html.render(chat(), EVERYTHING)
    if what == "comparison":
        page = difference_html.render(compare(chat(), chat(worse=1.5), EVERYTHING), EVERYTHING)
    shot = tmp_path / "shot.png"
    browse(chromium, tmp_path, page, f"--screenshot={shot}", "--blink-settings=preferredColorScheme=1")
    colours = Counter(pixels(shot.read_bytes()))
    assert len(colours) > 50
    if what == "profile":
        assert colours[0xC8, 0x50, 0x1A] > 5_000, "the works' boxes"
        assert colours[0xFF, 0xC9, 0x97] > 1_000, "the service's own code"
    else:
        assert sum(n for (r, g, b), n in colours.items() if r > 180 and g < 130 and b < 130) > 20_000, "red: more"


def pixels(png: bytes) -> list[tuple[int, int, int]]:
    """Colours of an 8-bit RGB or RGBA picture's pixels (https://www.w3.org/TR/png-3/)."""
    at, data, wide, step = 8, b"", 0, 3
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            wide, step = struct.unpack(">I", body[:4])[0], {2: 3, 6: 4}[body[9]]
        data += body if kind == b"IDAT" else b""
        at += size + 12
    raw, length = zlib.decompress(data), wide * step
    found: list[tuple[int, int, int]] = []
    above = bytearray(length)
    for start in range(0, len(raw), length + 1):
        above = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + length]), above, step)
        found += zip(above[0::step], above[1::step], above[2::step], strict=True)
    return found


def unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    for i in range(len(line)):
        a = line[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        add = (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]
        line[i] = (line[i] + add) & 0xFF
    return line


def paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    return min((a, b, c), key=lambda x: abs(p - x))
