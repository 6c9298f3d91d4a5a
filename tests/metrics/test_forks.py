from __future__ import annotations

import json
import os
import signal

import pytest

from tests.metrics.running import files, run, values

NAME = "obs_request_disconnects_total"


@pytest.mark.parametrize("patched", [False, True])
def test_handles_bound_before_a_fork_record_for_the_process_they_are_in(run_dir, patched):
    source = """
        from obs import native
        # gevent's close and waitpid need its loop to run, which blocking reads of a pipe do not let it
        close, waitpid = native.original("os", "close"), native.original("os", "waitpid")
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/before")
        active = store.gauge(HTTP_SERVER_ACTIVE_REQUESTS, "GET")
        info = store.gauge(OBS_BUILD_INFO, "abc"); info.set(1.0)
        counter.add(10); active.add(2)
        children = []
        ready, write = os.pipe(); wait, go = os.pipe()
        for i in range(3):
            child = os.fork()
            if not child:
                assert counter.cells[counter.index] == 0 and active.cells[active.index] == 0
                counter.add(1); active.add(1)
                store.counter(OBS_REQUEST_DISCONNECTS, "/after").add(1)
                os.write(write, b"x")
                close(go)
                os.read(wait, 1)
                os._exit(0)
            children.append(child)
        for _ in children: os.read(ready, 1)
        def show():
            found = {(k.metric.name, *k.labels): v for k, v in Reader(RUN_DIR).snapshot().series.items()}
            return [found[OBS_REQUEST_DISCONNECTS.name, "/before"][0], found[OBS_REQUEST_DISCONNECTS.name, "/after"][0],
                    found[HTTP_SERVER_ACTIVE_REQUESTS.name, "GET"][0], found[OBS_BUILD_INFO.name, "abc"][0]]
        alive = show(); files = len(list(RUN_DIR.glob("*.obs")))
        close(go)
        for child in children: waitpid(child, 0)
        print(json.dumps([alive, files, show(), counter.cells[counter.index]]))
    """
    alive, count, dead, parents = json.loads(run(source, run_dir, patched=patched))
    assert alive == [13, 3, 5, 1]
    assert count == 4
    assert dead == [13, 3, 2, 1]
    assert parents == 10


def test_a_childs_child_has_a_file_of_its_own_too(run_dir):
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        counter.add(1)
        if not os.fork():
            counter.add(1)
            if not os.fork():
                counter.add(1)
                os._exit(0)
            os.wait()
            os._exit(0)
        os.wait()
    """
    run(source, run_dir)
    assert values(run_dir)[NAME, "/x"] == [3.0]
    assert len(files(run_dir)) == 3


def test_a_child_without_room_for_a_file_records_into_memory_and_never_into_its_parents(run_dir):
    source = """
        import errno, logging
        from obs import errors
        logging.disable()
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        counter.add(1)
        def full(*_): raise OSError(errno.ENOSPC, "full")
        os.posix_fallocate = full
        if not os.fork():
            counter.add(100)
            store.counter(OBS_REQUEST_DISCONNECTS, "/y").add(100)
            assert counter.cells[counter.index] == 100 and store.path is None
            os._exit(errors.faults["metrics.fork"])
        print(os.waitstatus_to_exitcode(os.wait()[1]))
    """
    assert run(source, run_dir) == "1\n"
    assert values(run_dir)[NAME, "/x"] == [1.0]
    assert (NAME, "/y") not in values(run_dir)
    assert len(files(run_dir)) == 1


def test_a_fork_while_other_threads_register_leaves_a_working_child(run_dir):
    source = """
        import warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: fork in a process with threads
        store = Store.open(RUN_DIR, IDENTITY)
        stop = False
        def register(n):
            i = 0
            while not stop and i < 4000:
                i += 1
                store.counter(OBS_REQUEST_DISCONNECTS, f"/{n}/{i % 700}").add(1.0)
        threads = [threading.Thread(target=register, args=(n,)) for n in range(3)]
        for thread in threads: thread.start()
        for _ in range(25):
            child = os.fork()
            if not child:
                for i in range(50):
                    store.counter(OBS_REQUEST_DISCONNECTS, f"/child/{i}").add(1.0)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        stop = True
        for thread in threads: thread.join()
    """
    run(source, run_dir)
    found = values(run_dir)
    assert [found[NAME, f"/child/{i}"] for i in range(50)] == [[25.0]] * 50
    assert found["obs_self_torn_total",] == [0.0]


@pytest.mark.parametrize("patched", [False, True])
def test_a_command_leaves_no_file(run_dir, patched):
    """gevent's subprocess forks in Python, and so does the standard one with a preexec_fn: hooks run, then exec."""
    source = """
        import subprocess
        store = Store.open(RUN_DIR, IDENTITY)
        for _ in range(3):
            subprocess.run(["true"], check=True)
            subprocess.run(["true"], check=True, preexec_fn=lambda: None)
        print(len(list(RUN_DIR.glob("*.obs"))))
    """
    assert run(source, run_dir, patched=patched) == "1\n"


def test_a_command_that_outlives_the_service_does_not_keep_its_file_alive(run_dir):
    source = """
        import subprocess
        store = Store.open(RUN_DIR, IDENTITY)
        store.gauge(HTTP_SERVER_ACTIVE_REQUESTS, "GET").add(1)
        sleeper = subprocess.Popen(["sleep", "30"], stdout=subprocess.DEVNULL)
        print(sleeper.pid)
        sys.stdout.flush()
        os._exit(0)
    """
    sleeper = int(run(source, run_dir))
    try:
        assert ("http_server_active_requests", "GET") not in values(run_dir)
    finally:
        os.kill(sleeper, signal.SIGKILL)


def test_a_private_store_begins_at_zero_in_a_child(run_dir):
    source = """
        store = Store.private()
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        counter.add(5)
        if not os.fork():
            os._exit(int(counter.cells[counter.index]))
        print(os.waitstatus_to_exitcode(os.wait()[1]), counter.cells[counter.index])
    """
    assert run(source, run_dir) == "0 5.0\n"


def test_a_daemon_that_closes_every_descriptor_goes_on_recording(run_dir):
    """It has let go of its lock, and the number of its descriptor may be another file's by now."""
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        if not os.fork():
            os.closerange(3, 256)
            other = [os.open(RUN_DIR / f"other{i}", os.O_RDWR | os.O_CREAT) for i in range(8)]
            counter.add(1)
            assert fold(RUN_DIR) == 0
            for i in range(3000):
                store.counter(OBS_REQUEST_DISCONNECTS, f"/{i}").add(1)
            assert all(os.fstat(fd).st_size == 0 for fd in other)
            assert fold(RUN_DIR) == 0
            counter.add(1)
            os._exit(7)
        print(os.waitstatus_to_exitcode(os.wait()[1]), fold(RUN_DIR))
    """
    assert run(source, run_dir) == "7 1\n"
    found = values(run_dir)
    assert found[NAME, "/x"] == [2.0]
    assert found[NAME, "/2999"] == [1.0]


def test_multiprocessing_workers_are_counted(run_dir):
    source = """
        import multiprocessing, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        def work(i):
            counter.add(1)
        context = multiprocessing.get_context("fork")
        with context.Pool(3, maxtasksperchild=2) as pool:
            pool.map(work, range(30), chunksize=1)
            pool.close(); pool.join()
    """
    run(source, run_dir)
    assert values(run_dir)[NAME, "/x"] == [30.0]


def test_the_file_of_an_expected_child_is_its_own_and_nobody_elses(run_dir):
    """Made by who forks: also if another thread forks meanwhile, more is recorded meanwhile, or nobody forks at all."""
    source = """
        import warnings
        from obs.metrics import forks
        warnings.simplefilter("ignore")  # of a fork beside threads, from 3.12 on: here it is meant
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        counter.add(10)
        made = lambda: {path.stem for path in RUN_DIR.glob("*.new")}

        def child(during=lambda: None):
            store.expect_child(); forks.expect_brief()
            spare = made()
            during()
            pid = os.fork()
            if not pid:
                assert forks.is_brief() and not forks.forking_briefly() and counter.cells[counter.index] == 0
                counter.add(1)
                if not os.fork():
                    assert not forks.is_brief()
                    counter.add(1)
                    os._exit(0)
                os._exit(os.wait()[1] or store.path.stem not in spare)
            forks.expect_none()
            return os.waitpid(pid, 0)[1] >> 8

        def elsewhere():
            pid = os.fork()
            if not pid:
                counter.add(1)
                os._exit(forks.is_brief() or made() != {path.stem for path in RUN_DIR.glob("*.new")})
            assert os.waitpid(pid, 0)[1] == 0

        def thread():
            one = threading.Thread(target=elsewhere); one.start(); one.join()

        used = [child(), child(thread), child(lambda: store.counter(OBS_REQUEST_DISCONNECTS, "/y").add(1))]
        left = len(made())
        store.expect_child(); store.expect_none()
        print(json.dumps([used, left, len(made())]))
    """
    used, left, after = json.loads(run(source, run_dir))
    assert used == [0, 0, 1], "the last one's would have lacked a series"
    assert left == after == 1, "which whoever folds removes; a fork that failed leaves none"
    found = values(run_dir)
    assert (found[NAME, "/x"], found[NAME, "/y"]) == ([17.0], [1.0])


def test_an_expected_child_that_dies_at_once_counts_for_nothing(run_dir):
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        counter.add(1)
        os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGKILL))
        store.expect_child()
        if not os.fork():
            os._exit(0)
        os.wait()
        print(len(files := list(RUN_DIR.glob("*.obs"))))
    """
    assert run(source, run_dir) == "2\n"
    assert values(run_dir)[NAME, "/x"] == [1.0]
