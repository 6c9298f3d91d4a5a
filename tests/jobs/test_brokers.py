"""What a process tells the host of its queues: one private file for each broker, whoever says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from obs.jobs.brokers import Broker, parse

BROKER = Broker("celery", "redis", "redis://:secret@host/0", ("push", "mail"), {"prefix": "shop:"})


def test_it_is_the_same_text_for_what_is_the_same() -> None:
    other = BROKER._replace(queues=("mail", "push", "push"), extra=dict(BROKER.extra))
    assert other.text() == BROKER.text()
    assert parse(BROKER.text()) == BROKER._replace(queues=("mail", "push"))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"system": 1}', "[" * 100_000])
def test_what_is_no_announcement_is_an_error_that_can_be_caught(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(text)


def test_it_is_written_once_by_all_processes_of_the_run(target: Callable[..., None]) -> None:
    """Parent and child say the same; only this user can read it; what is told while obs is off isn't written."""
    target(
        """
        import os, warnings
        from obs.jobs.brokers import Broker, announce
        from obs.jobs.sorts import sorts
        folder = sorts().store.run_dir
        def files():
            return sorted(path.name for path in folder.iterdir() if path.suffix == ".broker" or "-" in path.name)
        mine = Broker("celery", "redis", "redis://host/0", ("push",))
        announce(mine); announce(mine); announce(mine._replace(queues=("push", "push")))
        assert len(files()) == 1, files()
        with warnings.catch_warnings(action="ignore"):  # since 3.12, of threads beside: the child ends at once
            pid = os.fork()
        if not pid:
            announce(mine)
            announce(mine._replace(address="redis://other/0"))
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        assert len(files()) == 2, files()
        announce(mine._replace(address=""))
        assert all((folder / name).stat().st_mode & 0o777 == 0o600 for name in files())
        handle.uninstrument()
        announce(mine._replace(address="redis://third/0"))
        assert len(files()) == 2, files()
        """
    )


def test_a_folder_that_is_full_or_gone_is_no_error_of_the_sender(target: Callable[..., None]) -> None:
    target(
        """
        from obs.jobs import brokers
        from obs.jobs.sorts import sorts
        folder = sorts().store.run_dir
        folder.rename(folder.with_name("elsewhere"))  # at once: threads of obs write into it
        brokers.announce(brokers.Broker("celery", "redis", "redis://host/0", ("push",)))
        assert errors.faults
        """,
        faults=True,
    )


def test_a_process_with_a_queue_for_each_user_writes_so_many_and_no_more(target: Callable[..., None]) -> None:
    target(
        """
        from obs.jobs import brokers
        from obs.jobs.sorts import sorts
        brokers.MOST = 5
        for number in range(20):
            brokers.announce(brokers.Broker("rq", "redis", "redis://host/0", (f"user-{number}",)))
        folder = sorts().store.run_dir
        assert len([path for path in folder.iterdir() if path.suffix == ".broker"]) == 5
        """
    )
