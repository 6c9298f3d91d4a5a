"""``obs view`` and ``obs live``."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from obs.cli.live import Live
from obs.cli.main import main
from obs.errors import ObsError
from obs.host import browser
from obs.host.live.address import read_address, write_address
from obs.metrics.store import Identity, Store


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run that is alive."""
    folder = tmp_path / "shop-1a"
    folder.mkdir(0o700)
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("OBS_RUN_DIR", raising=False)
    store = Store.open(folder, Identity("shop", "test", "1"))
    yield folder
    store.detach()


def test_the_address_is_printed_and_opened_if_that_is_wanted(run: Path, capsys, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(browser, "open_page", lambda address: not opened.append(address))
    write_address(run, "http://127.0.0.1:9464/", "secret-of-the-run")
    assert Live().run(argparse.Namespace(service=None, open=False)) == 0
    assert opened == []
    assert Live().run(argparse.Namespace(service="shop", open=True)) == 0
    assert opened == ["http://127.0.0.1:9464/?token=secret-of-the-run"]
    assert capsys.readouterr().out.splitlines() == opened * 2


def test_the_address_is_its_users_alone(run: Path) -> None:
    write_address(run, "http://127.0.0.1:9464/", "secret-of-the-run")
    assert (run / "live.url").stat().st_mode & 0o777 == 0o600


def test_a_run_without_a_live_view_says_so(run: Path) -> None:
    assert read_address(run) is None
    with pytest.raises(ObsError, match="OBS_LIVE is false"):
        Live().run(argparse.Namespace(service=None, open=False))


@pytest.mark.parametrize("wrong", ["none.json", "text"])
def test_a_wrong_file_is_a_line_and_exit_code_2(wrong: str, tmp_path: Path, capsys) -> None:
    path = tmp_path / wrong
    if wrong == "text":
        path.write_text("hello")
    assert main(["view", str(path), "--no-open"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"obs: {path}: ")
    assert said.count("\n") == 1


def test_no_screen_no_browser(monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert not browser.has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert browser.has_display()
