"""Each check with a planted fault, and without."""

from __future__ import annotations

import errno
import re
import socket
import threading
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from obs.host.diagnosis import versions as versions_module
from obs.host.diagnosis.agents import agents
from obs.host.diagnosis.checks import CHECKS, examine
from obs.host.diagnosis.clock import SOURCE, clock, cost_of_reading
from obs.host.diagnosis.collector import collector
from obs.host.diagnosis.descriptors import descriptors
from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.forking import forking
from obs.host.diagnosis.grpc import grpc
from obs.host.diagnosis.interpreter import interpreter
from obs.host.diagnosis.multiproc import multiproc
from obs.host.diagnosis.patching import patching
from obs.host.diagnosis.port import port
from obs.host.diagnosis.ptrace import YAMA, ptrace, try_attach
from obs.host.diagnosis.runtime_dir import runtime_dir
from obs.host.diagnosis.settings import settings
from obs.host.diagnosis.started import started
from obs.host.diagnosis.target import Target
from obs.host.diagnosis.trial import Trial
from obs.host.diagnosis.versions import versions


def only(findings) -> Finding:
    found = list(findings)
    assert len(found) == 1, found
    assert all(found[0])
    return found[0]


def test_the_list_has_every_check_and_each_name_once():
    files = {path.stem for path in Path(versions_module.__file__).parent.glob("*.py")}
    machinery = {"__init__", "checks", "finding", "listening", "render", "situation", "target", "trial"}
    assert {check.find.__name__ for check in CHECKS} == files - machinery
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_what_needs_a_trial_or_right_settings_is_not_asked_without(situation, tried):
    names = {result.check for result in examine(situation())}
    assert "patching" not in names
    assert "port" in names
    assert "patching" in {result.check for result in examine(situation(trial=tried()))}
    assert "port" not in {result.check for result in examine(situation(OBS_PORT="x"))}


def test_right_settings(situation):
    assert list(settings(situation())) == []


def test_every_wrong_setting_is_a_finding(situation):
    found = list(settings(situation(OBS_PORT="x", OBS_SERVCE="y")))
    assert [finding.level for finding in found] == ["error", "error"]
    assert found[0].problem == "OBS_SERVCE is not a setting of obs"
    assert found[0].fix == "did you mean OBS_SERVICE?"


def test_a_service_without_a_name(situation):
    assert only(settings(situation(OBS_SERVICE=""))).level == "warning"


def test_a_runtime_folder_with_room(situation):
    assert list(runtime_dir(situation())) == []


def test_a_runtime_folder_that_is_no_folder(situation, tmp_path):
    (tmp_path / "run").write_text("")
    assert only(runtime_dir(situation())).level == "error"


def test_a_runtime_folder_that_others_can_read(situation, tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    (tmp_path / "run").chmod(0o755)
    assert "0755" in only(runtime_dir(situation())).evidence


@pytest.mark.parametrize(("free", "level"), [(1 << 20, "error"), (16 << 20, "warning")])
def test_a_small_shm(situation, monkeypatch, free, level):
    room = namedtuple("room", "f_bavail f_frsize")(free // 4096, 4096)
    monkeypatch.setattr("os.statvfs", lambda path: room)
    found = only(runtime_dir(situation()))
    assert found.level == level
    assert f"{free >> 20} MiB" in found.evidence


def test_a_free_port(situation):
    assert list(port(situation())) == []


def test_a_port_in_use_names_its_owner(situation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = only(port(situation(OBS_PORT=str(taken.getsockname()[1]))))
    assert found.level == "error"
    assert "python" in found.evidence or "pytest" in found.evidence


def test_an_address_of_another_machine(situation):
    assert only(port(situation(OBS_HOST="192.0.2.1"))).fix == "set OBS_HOST and OBS_PORT"


def test_ptrace_allowed(situation):
    assert list(ptrace(situation(), lambda: 0)) == []


@pytest.mark.parametrize(
    ("files", "environ", "fix"),
    [
        ({YAMA: "2\n"}, {}, "sysctl kernel.yama.ptrace_scope=1"),
        ({YAMA: "3\n"}, {}, "boot the host"),
        ({YAMA: "3\n", "proc/self/status": "CapEff:\tffffffffff\n"}, {}, "to root too"),
        ({".dockerenv": "", "proc/self/status": "CapEff:\t0\nSeccomp:\t2\n"}, {}, "--cap-add=SYS_PTRACE"),
        ({}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "capabilities.add"),
        ({}, {}, "CAP_SYS_PTRACE"),
    ],
)
def test_ptrace_refused_says_by_what(situation, plant, files, environ, fix):
    for path, text in files.items():
        plant(path, text)
    found = only(ptrace(situation(**environ), lambda: errno.EPERM))
    assert fix in found.fix
    assert "Operation not permitted" in found.evidence


def test_the_attempt_is_a_real_one():
    assert try_attach() in (0, errno.EPERM, errno.EACCES)


def test_a_fast_clock(situation, plant):
    plant(SOURCE, "tsc\n")
    assert list(clock(situation(), lambda: 50.0)) == []


@pytest.mark.parametrize(("source", "cost"), [("hpet", 900.0), ("acpi_pm", 100.0), ("tsc", 900.0)])
def test_a_slow_clock(situation, plant, source, cost):
    plant(SOURCE, source)
    found = only(clock(situation(), lambda: cost))
    assert f"{cost:.0f} ns" in found.evidence
    assert source in found.evidence


def test_the_clocks_cost_is_measured():
    assert 1 < cost_of_reading(2, 100) < 1e6


@pytest.mark.parametrize("limit", [(65536, 65536), (-1, -1)])
def test_enough_files(situation, limit):
    assert list(descriptors(situation(), lambda: limit)) == []


def test_few_files(situation):
    assert "may be raised to 65536" in only(descriptors(situation(), lambda: (1024, 65536))).evidence
    assert "at most 1024" in only(descriptors(situation(), lambda: (1024, 1024))).evidence


def target(**packages) -> Target:
    return Target("/venv/bin/python", (), packages.pop("python", "3.12.1"), packages)


def test_tested_versions(situation):
    assert list(versions(situation(target=target(gevent="26.9.0", flask="3.1.3", greenlet=None)))) == []


def test_versions_too_old_and_too_new(situation):
    old = only(versions(situation(target=target(gevent="22.10.2"))))
    assert (old.level, old.fix) == ("error", "install gevent>=24.11.1")
    assert only(versions(situation(target=target(python="3.10.4")))).level == "error"
    assert only(versions(situation(target=target(gunicorn="99.0")))).level == "warning"


def test_the_lowest_versions_are_those_of_the_project():
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    for package, lowest, _ in versions_module.TESTED:
        pattern = 'requires-python = ">=3.11"' if package == "python" else f'"{package}>={lowest}"'
        assert pattern in project or package == "greenlet", package  # greenlet is gevent's own requirement


@pytest.mark.parametrize(
    ("version", "numbers"), [("3.11", (3, 11)), ("0.51b0", (0, 51)), ("24.11.1.dev3", (24, 11, 1)), ("x", ())]
)
def test_versions_are_compared_by_their_numbers(version, numbers):
    assert versions_module.parse(version) == numbers


def test_no_other_agent(situation, tried):
    assert list(agents(situation(command=("gunicorn", "app:app"), trial=tried()))) == []


def test_another_agents_launcher(situation):
    found = only(agents(situation(command=("/venv/bin/ddtrace-run", "gunicorn"))))
    assert (found.level, found.evidence) == ("error", "the command has /venv/bin/ddtrace-run")


def test_another_sitecustomize(situation, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("")
    found = only(agents(situation(PYTHONPATH=f"/nowhere:{tmp_path}")))
    assert str(tmp_path / "sitecustomize.py") in found.evidence


def test_another_agents_module(situation, tried):
    assert only(agents(situation(trial=tried(agents=["ddtrace"])))).level == "error"


def test_prometheus_clients_own_files(situation):
    assert list(multiproc(situation())) == []
    assert "/tmp/m" in only(multiproc(situation(PROMETHEUS_MULTIPROC_DIR="/tmp/m"))).evidence


@pytest.fixture
def answering():
    """``answering(status)``: a collector's URL that answers so."""
    servers = []

    def start(status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_no_collector_set(situation):
    assert list(collector(situation())) == []


def test_a_collector_that_takes_spans(situation, answering):
    assert list(collector(situation(OTEL_EXPORTER_OTLP_ENDPOINT=answering(200)))) == []


@pytest.mark.parametrize(("status", "fix"), [(401, "HEADERS"), (404, "path"), (500, "log")])
def test_a_collector_that_refuses(situation, answering, status, fix):
    found = only(collector(situation(OTEL_EXPORTER_OTLP_ENDPOINT=answering(status))))
    assert str(status) in found.evidence
    assert fix in found.fix


def test_a_collector_that_is_not_there(situation):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    assert "refused" in only(collector(situation(OTEL_EXPORTER_OTLP_ENDPOINT=url))).evidence
    off = situation(OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_SDK_DISABLED="true")
    assert list(collector(off)) == []


def ours() -> Target:
    return Target.of((), {})


def test_a_python_that_lets_obs_in(situation):
    assert list(interpreter(situation(command=("python3",), PATH="/usr/bin:/bin", target=ours()))) == []
    assert list(interpreter(situation())) == []


def test_a_command_that_is_not_there(situation):
    assert "no program nothere" in only(interpreter(situation(command=("nothere",), PATH="/bin"))).evidence


@pytest.mark.parametrize("flags", [("-I",), ("-u", "-E"), ("-sES",)])
def test_a_python_that_shuts_obs_out(situation, flags):
    shut = Target("/bin/python", flags, "3.12.1", ours().packages)
    found = only(interpreter(situation(command=("sh",), PATH="/bin", target=shut)))
    assert (found.level, "obs.instrument()" in found.fix) == ("error", True)


@pytest.mark.parametrize("flags", [("-W", "-u"), ("-X", "-OO"), ("-WIgnore",), ("--check-hash-based-pycs",)])
def test_flags_that_do_not(situation, flags):
    open_ = Target("/bin/python", flags, "3.12.1", ours().packages)
    assert list(interpreter(situation(command=("sh",), PATH="/bin", target=open_))) == []


def test_a_python_without_obs(situation):
    found = only(interpreter(situation(command=("sh",), PATH="/bin", target=target(obs=None))))
    assert found.fix.startswith("/venv/bin/python -m pip install obs==")


def test_a_python_that_cannot_be_asked(situation):
    broken = Target("/venv/bin/python", problem="OSError: no")
    assert only(interpreter(situation(command=("sh",), PATH="/bin", target=broken))).level == "error"


def test_a_command_that_started(situation, tried):
    assert list(started(situation(trial=tried()))) == []


def test_a_command_that_failed(situation):
    levels = [found.level for found in started(situation(trial=Trial(3, False, "a\nboom", ())))]
    assert levels == ["error", "warning"]


def test_a_command_that_serves_nothing(situation, tried):
    quiet = tried()
    trial = Trial(None, False, "", quiet.reports)
    assert only(started(situation(trial=trial))).level == "note"


def holder(how: str, attribute: str = "SSLContext") -> dict[str, str]:
    return {"module": "app", "library": False, "attribute": attribute, "original": "ssl.SSLContext", "how": how}


def test_everything_patched_in_time(situation, tried):
    assert list(patching(situation(trial=tried()))) == []


@pytest.mark.parametrize("how", ["imported", "subclass", "instance"])
def test_patched_too_late_names_who_and_what(situation, tried, how):
    found = only(patching(situation(trial=tried(holders=[holder(how)]))))
    assert found.level == "error"
    assert found.evidence == "app.SSLContext is the original ssl.SSLContext"
    assert "patch_all()" in found.fix


def test_many_holders_are_one_finding(situation, tried):
    many = [holder("imported", f"a{number}") for number in range(20)]
    assert only(patching(situation(trial=tried(holders=many)))).evidence.endswith("and 14 more")


def test_the_services_own_modules_are_named_first(situation, tried):
    library = {**holder("imported"), "module": "urllib3", "library": True}
    evidence = only(patching(situation(trial=tried(holders=[library, holder("imported")])))).evidence
    assert evidence.startswith("app.SSLContext")


def test_gevent_without_a_patch(situation, tried):
    assert only(patching(situation(trial=tried(patched=[])))).level == "warning"
    assert list(patching(situation(trial=tried(patched=[], event="fork")))) == []


def test_a_clean_fork(situation, tried):
    gunicorn = {"preload": True, "worker": "gevent"}
    assert list(forking(situation(trial=tried(event="fork", gunicorn=gunicorn)))) == []
    unpatched = {"preload": False, "worker": "gevent"}
    assert list(forking(situation(trial=tried(event="fork", gunicorn=unpatched, patched=[])))) == []


def test_threads_at_a_fork_are_named(situation, tried):
    thread = {"name": "OtelBatchSpanProcessor", "where": "opentelemetry.sdk.worker"}
    assert list(forking(situation(trial=tried(threads=[thread])))) == []
    found = only(forking(situation(trial=tried(event="fork", threads=[thread]))))
    assert "OtelBatchSpanProcessor opentelemetry.sdk.worker" in found.evidence


def test_preload_before_the_patch(situation, tried):
    gunicorn = {"preload": True, "worker": "gevent"}
    found = only(forking(situation(trial=tried(event="fork", gunicorn=gunicorn, patched=[]))))
    assert "gunicorn.conf.py" in found.fix


def test_grpc(situation, tried):
    assert list(grpc(situation(trial=tried()))) == []
    assert list(grpc(situation(trial=tried(grpc=True, patched=[])))) == []
    assert "init_gevent" in only(grpc(situation(trial=tried(grpc=True)))).fix


def test_a_finding_reads_as_a_sentence(situation, tried, plant):
    """No full stop inside a table cell, no capital: they are joined to a check's name."""
    trial = tried(grpc=True, agents=["x"], holders=[holder("imported")])
    for result in examine(situation(trial=trial, OBS_SERVICE="", OBS_XYZ="1")):
        for finding in result.findings:
            assert not re.search(r"[.;:]$", finding.problem)
