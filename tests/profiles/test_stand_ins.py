"""The systems that programs ask."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from pathlib import Path

from profiles.gallery import StandIn
from profiles.stand_ins import PAGE, standing_in


def test_a_service_answers_by_the_first_part_of_the_path(tmp_path):
    what = StandIn(kind="http", answers={"users": {"name": "Ada"}}, seconds={"users": 0.0})
    with standing_in(what, "USERS", tmp_path) as url, urllib.request.urlopen(f"{url}/users/7?x=1") as answer:
        assert json.load(answer) == {"name": "Ada"}


def test_a_line_is_answered_by_a_line_again_and_again(tmp_path):
    what = StandIn(kind="line", answers={"": "0.5"}, seconds={"": 0.0})
    with standing_in(what, "RISK", tmp_path) as place:
        host, _, port = place.partition(":")
        with socket.create_connection((host, int(port))) as client, client.makefile("rw") as lines:
            for _ in range(2):
                lines.write("a payment\n")
                lines.flush()
                assert lines.readline() == "0.5\n"


def test_a_disk_takes_all_that_is_written_in_its_own_time(tmp_path):
    threads = threading.active_count()
    what = StandIn(kind="disk", seconds={"": 0.001})
    with standing_in(what, "LOG", tmp_path) as path, Path(path).open("ab", buffering=0) as file:
        assert sum(file.write(b"x" * 100) for _ in range(PAGE // 10)) == PAGE // 10 * 100
    assert threading.active_count() == threads
