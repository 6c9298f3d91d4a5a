"""The command line: one list, exit codes, and the page that is made of a run."""

import json
from pathlib import Path

import pytest

import benchmarks
from benchmarks import __main__ as command
from benchmarks import page
from benchmarks.harness import BenchmarkError, Budget, Result

ROOT = Path(benchmarks.__file__).parent.parent


class Fake:
    """What it does."""

    def __init__(self, value=1.0):
        self.value = value

    def arguments(self, parser):
        parser.add_argument("--size", type=int, default=1)

    def run(self, options):
        if options.size < 0:
            raise BenchmarkError("no size under 0")
        return Result("fake", "About.", (), (Budget("b", self.value, 1.0, "µs"),))


@pytest.fixture
def fake(monkeypatch):
    def use(value=1.0):
        monkeypatch.setattr(command, "BENCHMARKS", {"fake": Fake(value)})

    use()
    return use


def test_without_a_name_it_lists_every_benchmark(capsys):
    assert command.main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in (*command.BENCHMARKS, "all", "report"))


def test_every_benchmark_says_what_it_is():
    assert all(benchmark.__doc__ for benchmark in command.BENCHMARKS.values())


def test_the_exit_code_says_whether_the_budgets_hold(fake, capsys):
    assert command.main(["fake"]) == 0
    fake(2.0)
    assert command.main(["fake"]) == 1
    assert "BROKEN: b: 2 µs, at most 1" in capsys.readouterr().out


def test_what_cannot_be_measured_is_one_line(fake, capsys):
    assert command.main(["fake", "--size", "-1"]) == 2
    assert capsys.readouterr().err == "benchmarks: no size under 0\n"


def test_json_is_alone_on_stdout(fake, capsys):
    command.main(["fake", "--json"])
    assert json.loads(capsys.readouterr().out)["results"][0]["benchmark"] == "fake"


def test_a_report_names_no_host(fake, capsys):
    command.main(["fake", "--json"])
    assert set(json.loads(capsys.readouterr().out)["machine"]) >= {"python", "system", "processor", "cores", "load"}


def test_all_writes_its_json_and_the_page_of_it(fake, tmp_path, capsys):
    file, made = tmp_path / "run.json", tmp_path / "overhead.md"
    assert command.main(["all", "--json", str(file), "--page", str(made)]) == 0
    first = made.read_text()
    assert "## fake" in first
    assert command.main(["report", str(file), "--page", str(made)]) == 0
    assert made.read_text() == first


def test_a_page_needs_a_file_to_be_made_of(fake, tmp_path, capsys):
    assert command.main(["fake", "--page", str(tmp_path / "x.md")]) == 2
    assert "--json FILE" in capsys.readouterr().err


def test_a_file_that_is_no_report_is_named(tmp_path, capsys):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    assert command.main(["report", str(wrong), "--page", str(tmp_path / "x.md")]) == 2
    assert str(wrong) in capsys.readouterr().err


def test_the_page_is_what_its_results_give():
    """docs/overhead.md is generated: `python -m benchmarks report benchmarks/results/*.json`."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("benchmarks/results/*.json"))
    made = ROOT / page.PAGE
    assert made.exists() is bool(files), "results and page are committed together"
    assert not files or made.read_text() == page.page([page.read(ROOT / file) for file in files], files)
