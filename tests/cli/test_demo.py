"""``obs demo`` runs the example under ``obs run``, shows what obs sees of it, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from obs.cli.demo import command, example, prometheus, queues, show, stage
from obs.cli.demo import screen as screens
from obs.cli.demo.component import Component
from obs.cli.main import main
from obs.errors import ObsError
from obs.host.tally import Tally
from tests.jobs.redis_server import found_redis

LONGEST = 60.0


def until(condition: Callable[[], Any], what: str) -> Any:
    """What ``condition()`` returns as soon as that is true."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def descendants(pid: int) -> Iterator[int]:
    """The pids of all that ``pid`` started and of what they started."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from descendants(child)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def left_behind(demo: int, folder: Path) -> list[Path]:
    """What there is of a demo's temporary folders."""
    return [path for place in (folder, Path("/dev/shm")) for path in place.glob(f"obs-demo-{demo}-*")]


class Running:
    """One ``obs demo`` as a user has it: a process, its output in files."""

    def __init__(self, folder: Path, *arguments: str, stdout: int | None = None) -> None:
        self.output, self.errors = folder / "stdout", folder / "stderr"
        environ = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "TMPDIR": str(folder)}
        with self.output.open("wb") as output, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "obs", "demo", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=errors,
                env=environ,
                start_new_session=True,
            )
        self.started: set[int] = set()

    def find(self, *words: str) -> int | None:
        """A process that this demo started whose command line has all of ``words``."""
        self.started |= set(descendants(self.process.pid))
        for pid in self.started:
            try:
                line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if all(word in line for word in words):
                return pid
        return None

    def await_traffic(self) -> None:
        """Return when the traffic runs."""
        until(lambda: self.find("traffic.py") or self.process.poll() is not None, "the traffic")
        assert self.process.poll() is None, self.errors.read_text()

    def wait(self) -> int:
        """Its exit code; none of what it started is running any more."""
        while self.process.poll() is None:
            self.started |= set(descendants(self.process.pid))
            time.sleep(0.05)
        until(lambda: not any(map(running, self.started)), "the end of every process")
        return self.process.returncode


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    runs: list[Running] = []

    def start(*arguments: str, stdout: int | None = None) -> Running:
        runs.append(Running(tmp_path, *arguments, stdout=stdout))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(LONGEST)
        assert not left_behind(run.process.pid, tmp_path)


def test_metrics_count_exactly_the_answers_that_the_clients_got(demo: Callable[..., Running]) -> None:
    run = demo("--duration", "5", "--rps", "40", "--json")
    assert run.wait() == 0, run.errors.read_text()
    found = json.loads(run.output.read_text())
    counted = {row["work"]: row["answers"] for row in found["works"] if row["kind"] == "request"}
    assert counted.pop("GET /events") == {"sse": found["traffic"]["answers"].pop("GET /events")["200"]}
    assert counted == found["traffic"]["answers"]
    jobs = {row["work"]: row for row in found["works"] if row["kind"] == "job"}
    assert found["traffic"]["answered"] == found["traffic"]["sent"] > 100
    assert found["total"]["total"] == found["traffic"]["answered"] + sum(row["total"] for row in jobs.values())
    # The jobs of each message that was accepted, but for those of the last moment, which may still be in the queue.
    accepted = counted["POST /channels/<int:id>/messages"]["201"]
    for name in ("jobs.push.notify", "jobs.search.index"):
        assert 0 < jobs[name]["total"] <= accepted
        assert jobs[name]["queued"] > 0


@pytest.mark.real
def test_its_jobs_run_on_a_queue_of_redis_too(demo: Callable[..., Running]) -> None:
    found_redis()
    run = demo("--queue", "celery", "--duration", "6", "--rps", "40", "--json")
    assert run.wait() == 0, run.errors.read_text()
    jobs = {row["work"]: row for row in json.loads(run.output.read_text())["works"] if row["kind"] == "job"}
    assert jobs["jobs.push.notify"]["answers"].keys() == {"ok"}
    assert jobs["jobs.push.notify"]["queued"] > 0


def test_the_result_has_the_rate_errors_and_quantiles_of_each_work(demo: Callable[..., Running]) -> None:
    run = demo("--duration", "3", "--rps", "60", "--json", "--workers", "1")
    assert run.wait() == 0, run.errors.read_text()
    found = json.loads(run.output.read_text())
    works = {row["work"]: row for row in found["works"]}
    reads = works["GET /channels/<int:id>/messages"]
    assert reads["rate"] == pytest.approx(reads["total"] / found["seconds"], rel=0.01)
    assert 0 < reads["p50"] <= reads["p99"]
    assert works["POST /attachments"]["p50"] > reads["p50"]
    assert found["queue"]["total"] == sum(row["total"] for row in found["works"] if row["kind"] == "request")
    assert found["metrics_url"].startswith("http://127.0.0.1:")


def test_ctrl_c_on_a_terminal_ends_everything_and_restores_the_terminal(demo: Callable[..., Running]) -> None:
    primary, secondary = pty.openpty()
    run = demo("--rps", "30", stdout=secondary)
    os.close(secondary)
    run.await_traffic()
    os.set_blocking(primary, False)
    seen = bytearray()
    until(lambda: seen.extend(arrived(primary)) or b"GET /users" in seen, "a row in the table")
    run.process.send_signal(signal.SIGINT)
    until(lambda: seen.extend(arrived(primary)) or run.process.poll() is not None, "the end")
    seen.extend(arrived(primary))
    assert run.wait() == 0, run.errors.read_text()
    text = seen.decode()
    assert "/metrics" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")  # the cursor is shown again
    assert re.search(r"clients\S* +\S*?\d+ sent, \d+ answered, 0 dropped", text)


def arrived(descriptor: int) -> bytes:
    """What has come since the last time."""
    try:
        return os.read(descriptor, 1 << 20)
    except OSError:  # nothing yet, or nobody holds the terminal any more
        return b""


def test_a_service_that_dies_is_one_line_with_its_last_output(demo: Callable[..., Running]) -> None:
    run = demo("--json")
    run.await_traffic()
    assert len(left_behind(run.process.pid, run.output.parent)) == 2  # now; when it is over, none: see the fixture
    launcher = run.find("obs run")
    assert launcher
    os.kill(next(descendants(launcher)), signal.SIGKILL)  # gunicorn's master
    assert run.wait() == 2
    said = run.errors.read_text()
    assert re.search(r"^obs: the service ended by itself \(exit code 137\); it said:$", said, re.MULTILINE)
    assert [line for line in said.splitlines() if line.startswith("  ")], said
    assert run.output.read_text() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_while_it_starts_leaves_nothing(demo: Callable[..., Running], number: signal.Signals) -> None:
    run = demo()
    until(lambda: run.find("obs run"), "the launcher")
    run.process.send_signal(number)
    assert run.wait() == 130


def test_a_reader_that_leaves_ends_it(demo: Callable[..., Running]) -> None:
    reading, writing = os.pipe()
    run = demo("--duration", "20", stdout=writing)
    os.close(writing)
    run.await_traffic()
    os.close(reading)
    assert run.wait() == 141


BROKEN = """#!/bin/sh
echo "no such flag" >&2
exit 2
"""


def test_a_prometheus_that_does_not_start_is_named_and_nothing_else_is_lost(
    demo: Callable[..., Running], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prometheus").write_text(BROKEN)
    (tmp_path / "prometheus").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    run = demo("--duration", "6")
    assert run.wait() == 0
    assert re.search(r"prometheus +ended \(exit code 2\), its log: .*/prometheus\.log", run.output.read_text())


@pytest.mark.real
@pytest.mark.skipif(not shutil.which("prometheus") and os.environ.get("CI") != "true", reason="no prometheus here")
def test_prometheus_is_started_beside_it_and_scrapes_it(demo: Callable[..., Running]) -> None:
    run = demo("--duration", "12", "--rps", "20")
    run.await_traffic()
    until(lambda: "prometheus" in run.output.read_text(), "the first table")
    [url] = set(re.findall(r"prometheus +(http://127\.0\.0\.1:\d+)", run.output.read_text()))
    query = f"{url}/api/v1/query?query=sum(http_server_request_duration_seconds_count)"

    def total() -> Any:
        with suppress(OSError), urllib.request.urlopen(query, timeout=5) as answer:  # it may not listen yet
            return json.load(answer)["data"]["result"]

    assert float(until(total, "a scrape")[0]["value"][1]) > 0
    assert run.wait() == 0, run.errors.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rps", "0"),
        ("--rps", "nan"),
        ("--duration", "-1"),
        ("--duration", "3601"),
        ("--workers", "0"),
        ("--workers", "x"),
        ("--port", "65536"),
        ("--queue", "carrier-pigeon"),
        ("--", "gunicorn"),
    ],
)
def test_wrong_options_are_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: Any = main(["demo", *arguments])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    assert capsys.readouterr().err


# -- what it needs --


def test_without_the_example_one_line_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match=r"^obs demo: no examples/chat in .*; clone the repository and run `make demo`"):
        example.find(tmp_path)


def test_the_example_is_found_beside_the_package() -> None:
    assert (example.find() / "traffic.py").is_file()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(example, "find_spec", lambda name: None if name == "gunicorn" else object())
    with pytest.raises(ObsError, match=r"^obs demo: gunicorn not installed; pip install 'obs\[demo\]'$"):
        example.check_packages()


def test_a_queue_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "find_spec", lambda name: None if name == "celery" else object())
    with pytest.raises(ObsError, match=r"^obs demo --queue celery: celery not installed; pip install celery$"):
        queues.check("celery")


@pytest.mark.parametrize("queue", ["celery", "rq", "dramatiq"])
def test_a_queue_on_redis_says_where_to_get_one(queue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "find_spec", lambda name: object())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ObsError, match=rf"^obs demo --queue {queue}: no redis-server on the PATH; .*apt install redis"):
        queues.check(queue)
    queues.check("huey")
    (tmp_path / "valkey-server").touch(0o755)
    queues.check(queue)


def test_the_demos_redis_is_on_loopback_and_keeps_nothing(tmp_path: Path) -> None:
    command = " ".join(queues.command(tmp_path, 7777))
    assert "--port 7777 --bind 127.0.0.1 --save  --appendonly no" in command
    assert not queues.answers(example.free_port())


def test_the_example_is_told_its_queue() -> None:
    assert queues.environment("huey", 0) == {"CHAT_QUEUE": "huey"}
    assert queues.environment("rq", 7777) == {"CHAT_QUEUE": "rq", "CHAT_BROKER": "redis://127.0.0.1:7777/0"}


def test_a_port_in_use_gives_way_to_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert example.free_port(port) not in (0, port)
    assert example.free_port(port) == port


def test_the_environment_keeps_what_the_programs_make_in_the_demos_folders() -> None:
    others = {"GUNICORN_CMD_ARGS": "--bind 0.0.0.0:80", "OBS_CONFIG": "/etc/obs.toml", "CHAT_BROKER": "redis://x/0"}
    given = others | {"PATH": "/bin", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}
    made = stage.environment(given, Path("/tmp/a"), Path("/dev/shm/b"), 1234, 3)
    assert made == {
        "PATH": "/bin",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x",
        "CHAT_PORT": "1234",
        "CHAT_WORKERS": "3",
        "OBS_RUNTIME_DIR": "/dev/shm/b",
        "TMPDIR": "/tmp/a",
    }


# -- components --


def component(folder: Path, program: str, patience: float = 5.0) -> Component:
    return Component(
        "thing", [sys.executable, "-c", program], folder, cwd=folder, environ=os.environ, patience=patience
    )


def test_a_component_that_died_tells_its_exit_code_and_its_last_lines(tmp_path: Path) -> None:
    thing = component(tmp_path, "import sys; print('one'); print(*range(30), sep='\\n', file=sys.stderr); sys.exit(3)")
    thing.process.wait(LONGEST)
    with pytest.raises(ObsError) as caught:
        thing.check()
    head, *lines = str(caught.value).splitlines()
    assert head == "the thing ended by itself (exit code 3); it said:"
    assert [line.strip() for line in lines] == ["one", *map(str, range(18, 30))]


def test_a_component_that_was_killed_in_silence(tmp_path: Path) -> None:
    thing = component(tmp_path, "import os; os.kill(os.getpid(), 9)")
    thing.process.wait(LONGEST)
    with pytest.raises(ObsError, match=r"^the thing ended by itself \(killed by SIGKILL\) and said nothing$"):
        thing.check()


def test_a_component_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match=r"^the thing can't be started: /no/such: No such file"):
        Component("thing", ["/no/such"], tmp_path, cwd=tmp_path, environ={}, patience=1.0)


def test_a_run_folder_that_is_gone_means_that_the_service_died(tmp_path: Path) -> None:
    class Gone:
        def read(self) -> Any:
            raise FileNotFoundError

    watching = show.Show(Gone(), screens.Screen())  # type: ignore[arg-type]
    watching.service = component(tmp_path, "raise SystemExit(4)")
    with pytest.raises(ObsError, match=r"^the thing ended by itself \(exit code 4\)"):
        watching.read()


STUBBORN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
child.wait()
"""


def test_stopping_ends_what_does_not_listen_and_what_it_started(tmp_path: Path) -> None:
    thing = component(tmp_path, STUBBORN, patience=0.1)
    child = int(until(thing.output.read_text, "the child"))
    thing.stop()
    assert thing.process.returncode == -signal.SIGKILL
    until(lambda: not running(child), "the child's end")
    thing.stop()  # once more does no harm


# -- the screen --


def test_json_shows_nothing_a_pipe_plain_text_and_a_terminal_a_live_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(screens.screen(json=True)) is screens.Screen
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert type(screens.screen(json=False)) is screens.Plain
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert type(screens.screen(json=False)) is screens.Live
    monkeypatch.setattr(screens, "find_spec", lambda name: None)
    assert type(screens.screen(json=False)) is screens.Plain


def test_progress_in_a_log_is_one_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    progress = screens.Progress()
    for what in ("starting", "starting", "waiting"):
        progress.say(what)
    progress.clear()
    assert capsys.readouterr().err == "starting …\nwaiting …\n"


def test_it_goes_on_until_ctrl_c_on_a_terminal_and_half_a_minute_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert command.default_duration(json=False) == 3600
    assert command.default_duration(json=True) == 30
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert command.default_duration(json=False) == 30


def test_answers_are_whole_numbers_by_status() -> None:
    assert show.answers(Tally(answers={"500": 1.0, "200": 3.0, "404": 0.0})) == {"200": 3, "500": 1}


# -- prometheus --


def test_without_prometheus_there_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prometheus.command(tmp_path, 9464, 9090) is None


def test_prometheus_listens_on_loopback_and_writes_to_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prometheus").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments = prometheus.command(tmp_path, 9464, 9999)
    assert arguments
    assert "--web.listen-address=127.0.0.1:9999" in arguments
    assert f"--storage.tsdb.path={tmp_path}/data" in arguments
    assert 'targets: ["127.0.0.1:9464"]' in (tmp_path / "prometheus.yml").read_text()
