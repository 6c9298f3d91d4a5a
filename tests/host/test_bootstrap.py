"""Our ``sitecustomize`` in a service's interpreter: obs is on, and nothing else is any different."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from obs.host.environment import BOOTSTRAP, prefixed

REPORT = """
import sys
print(sys.path)
print(sorted(name for name in sys.modules if "customize" in name))
print(getattr(sys.modules.get("sitecustomize"), "__file__", None))
print(getattr(sys.modules.get("sitecustomize"), "runs", None))
"""

USERS = """
import sys
runs = getattr(sys, "runs", 0) + 1
sys.runs = runs
seen = list(sys.path)
print("seen", seen)
"""

OFF = {"OBS_SERVICE": "shop", "OBS_PORT": "not a port"}
"""A setting that keeps obs out, so that these tests are about the bootstrap alone."""


def run(path: str, *, code: str = REPORT, python: str = sys.executable, **environ: str) -> tuple[str, str]:
    """``(stdout, stderr)`` of an interpreter with ``path`` as its PYTHONPATH."""
    done = subprocess.run(
        [python, "-c", code],
        env={**os.environ, **environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.fixture
def users(tmp_path) -> Path:
    folder = tmp_path / "users"
    folder.mkdir()
    return folder


def test_without_a_sitecustomize_of_the_users_it_is_as_if_there_were_none():
    assert run(prefixed(""))[0] == run("")[0]


def test_the_users_sitecustomize_runs_once_and_sees_what_it_would_have_seen(users):
    (users / "sitecustomize.py").write_text(USERS)
    plain, ours = run(str(users))[0], run(prefixed(str(users)))[0]
    assert ours == plain
    assert "seen" in ours
    assert ours.splitlines()[-1] == "1"


def test_a_package_works_as_well_as_a_module(users):
    (users / "sitecustomize").mkdir()
    (users / "sitecustomize" / "__init__.py").write_text(USERS)
    assert run(prefixed(str(users)))[0] == run(str(users))[0]


@pytest.mark.parametrize("fault", ["raise RuntimeError('theirs')", "import no_such_module", "raise ImportError('x')"])
def test_a_fault_in_the_users_is_reported_as_it_would_have_been(users, fault):
    (users / "sitecustomize.py").write_text(fault)
    assert run(prefixed(str(users)), **OFF)[0] == run(str(users))[0]
    assert run(str(users))[1] in run(prefixed(str(users)), **OFF)[1]


def test_usercustomize_runs_as_ever(users):
    """Outside a virtual environment, which has none."""
    (users / "usercustomize.py").write_text("print('mine')")
    python = os.path.realpath(sys.executable)
    out, _ = run(prefixed(str(users)), code="import sys; print('usercustomize' in sys.modules)", python=python, **OFF)
    assert out.splitlines() == ["mine", "True"]


def test_subprocesses_get_it_too_and_the_users_path_as_it_was():
    code = "import os; print(os.environ['PYTHONPATH'])"
    assert run(prefixed("/a:/b"), code=code)[0].strip() == f"{BOOTSTRAP}:/a:/b"


@pytest.mark.parametrize(("given", "found"), [("", ""), ("/a", ":/a"), ("/a:", ":/a:"), (":/a", "::/a")])
def test_it_comes_first_and_the_rest_stays_as_it_was(given, found):
    assert prefixed(given) == f"{BOOTSTRAP}{found}"


def test_it_comes_only_once_under_a_launcher_within_a_launcher():
    assert prefixed(prefixed("/a")) == prefixed("/a")
    assert prefixed(prefixed("")) == prefixed("")


def test_a_module_of_the_users_called_obs_is_left_alone_and_named(users):
    (users / "obs.py").write_text("raise SystemExit('must not run')")
    out, err = run(prefixed(str(users)), code="print('ran')")
    assert out == "ran\n"
    reason = f"ImportError: {users}/obs.py is another module of the name obs"
    assert err.splitlines() == [f"obs: not instrumented ({reason})"]


def test_obs_in_another_environment_is_found_there(tmp_path):
    """The service's interpreter has no obs: ours is used, from last place."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    code = "import sys, obs.errors; print(sys.path[-1])"
    out, _ = run(prefixed(""), code=code, python=str(bare / "bin" / "python"), **OFF)
    assert out.strip() == str(BOOTSTRAP.parents[2])


def test_a_fault_of_ours_is_one_line_and_the_service_runs(tmp_path):
    broken = tmp_path / "obs" / "host" / "bootstrap"
    broken.mkdir(parents=True)
    (broken / "sitecustomize.py").write_text((BOOTSTRAP / "sitecustomize.py").read_text())
    (tmp_path / "obs" / "__init__.py").touch()
    (tmp_path / "obs" / "instrument.py").write_text("def bootstrap(): 1 / 0")
    out, err = run(f"{broken}{os.pathsep}{tmp_path}", code="print('ran')")
    assert out == "ran\n"
    assert err.splitlines() == ["obs: not instrumented (ZeroDivisionError: division by zero)"]


def test_a_closed_standard_error_is_no_matter(users):
    (users / "obs.py").touch()
    command = f"{sys.executable} -c 'print(1)' 2>&-"
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "PYTHONPATH": prefixed(str(users))},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout == b"1\n"
