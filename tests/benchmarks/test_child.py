"""Child processes that are asked over pipes."""

import pytest

from benchmarks.harness import BenchmarkError, Child


@pytest.fixture
def child(tmp_path):
    """A child that runs ``answer(asked)``, given as source."""

    def start(source, deadline=30.0):
        (tmp_path / "answering.py").write_text(f"import os\nfrom benchmarks.harness import serve\n{source}")
        return Child("answering", environ={"PYTHONPATH": f"{tmp_path}:.", "GIVEN": "yes"}, deadline=deadline)

    return start


def test_it_stays_warm_between_answers(child):
    with child("n = []\nserve(lambda asked: {'n': n.append(1) or len(n), 'asked': asked['x']})") as counting:
        assert [counting.ask(x="é")["n"], counting.ask(x=2)["n"]] == [1, 2]
    assert counting.process.returncode == 0


def test_its_environment_is_set_before_it_starts(child):
    with child("given = os.environ['GIVEN']\nserve(lambda asked: {'given': given})") as reading:
        assert reading.ask() == {"given": "yes"}


def test_what_it_prints_is_no_answer(child):
    with child("serve(lambda asked: print('noise') or {'ok': True})") as printing:
        assert printing.ask() == {"ok": True}


def test_one_that_dies_is_named_with_its_exit_code(child):
    with (
        child("serve(lambda asked: os._exit(3))") as dying,
        pytest.raises(BenchmarkError, match=r"answering .*with 3"),
    ):
        dying.ask()


def test_one_that_cannot_start_is_named(child):
    with child("raise SystemExit(4)") as broken:
        broken.process.wait()
        with pytest.raises(BenchmarkError, match=r"answering .*with 4"):
            broken.ask()


def test_one_that_hangs_is_given_up(child):
    with child("import time\nserve(lambda asked: time.sleep(60))", deadline=0.2) as hanging:
        with pytest.raises(BenchmarkError, match=r"no answer to .* in 0\.2 s"):
            hanging.ask(x=1)
        hanging.process.kill()
