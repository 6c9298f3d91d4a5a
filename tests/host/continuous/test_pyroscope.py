"""What a Pyroscope server is sent: read as it reads it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from obs.config.profile import Pyroscope
from obs.host.continuous.pyroscope import ingest, name, request
from obs.host.continuous.sender import post
from tests.host.continuous.fake_pyroscope import parsed
from tests.profiling.sessions import chat

SERVER = Pyroscope("http://pyroscope:4040", "", "", "", (), 10.0)


def session(**fields):
    return replace(chat(), **{"service": "shop", "env": "production", "service_version": "1.2.3", **fields})


def test_the_server_understands_what_it_is_sent(pyroscope):
    server = pyroscope()
    assert post(request(session(), replace_url(server.url), 10), 5) == 200
    (pushed,) = server.pushed
    assert pushed.path == "/ingest"
    assert pushed.service == "shop"
    assert pushed.labels | {"host": ""} == {
        "service_name": "shop", "env": "production", "host": "", "version": "1.2.3",
    }  # fmt: skip
    assert {key: pushed.query[key] for key in ("format", "sampleRate", "spyName")} == {
        "format": "pprof", "sampleRate": "10", "spyName": "obs",
    }  # fmt: skip
    assert int(pushed.query["from"]) <= session().started < int(pushed.query["until"])


def replace_url(url):
    return SERVER._replace(endpoint=url)


def test_the_seconds_of_each_work_arrive_and_no_label_has_a_value_for_each_thread_or_trace(pyroscope):
    server = pyroscope()
    post(request(session(), replace_url(server.url), 10), 5)
    (pushed,) = server.pushed
    expected = {}
    for sample in session().scaled().samples:
        if sample.view == "cpu":
            expected[sample.work] = expected.get(sample.work, 0.0) + sample.weight
    seconds, expected = dict(pushed.seconds()), {work: of for work, of in expected.items() if work}
    assert {work: seconds[work] for work in expected} == pytest.approx(expected, abs=1e-6)
    assert pushed.sample_labels() == {"work", "view"}
    assert "iterencode" in pushed.functions()
    names = pushed.profile.string_table
    assert names[pushed.profile.period_type.type] == "cpu"


def test_the_time_in_the_profile_is_the_windows(pyroscope):
    server = pyroscope()
    post(request(session(started=1_795_608_000.5, duration=60.0), replace_url(server.url), 10), 5)
    profile = server.pushed[0].profile
    assert (profile.time_nanos, profile.duration_nanos) == (1_795_608_000_500_000_000, 60_000_000_000)


@pytest.mark.parametrize("service", ["shop", "the shop", "a{b}", "café", "x,y=z", "ns/shop-2.1"])
def test_a_name_with_whatever_in_it_is_one_that_the_server_takes(service):
    found, labels = parsed(name(session(service=service, env="a,b}=c", service_version="1 2")))
    assert found
    assert labels["env"] == "a_b__c"
    assert labels["version"] == "1_2"


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://p:4040", "http://p:4040/ingest"),
        ("http://p:4040/", "http://p:4040/ingest"),
        ("https://p/prefix/", "https://p/prefix/ingest"),
        ("https://p/ingest", "https://p/ingest"),
    ],
)
def test_the_endpoint_is_its_base(endpoint, address):
    assert ingest(endpoint) == address


def test_who_asks_and_for_which_tenant():
    sent = request(session(), SERVER._replace(user="42", password="s3:cret", tenant="team-a"), 10)
    kind, _, text = str(sent.get_header("Authorization")).partition(" ")
    assert (kind, b64decode(text)) == ("Basic", b"42:s3:cret")
    assert sent.get_header("X-scope-orgid") == "team-a"


def test_a_header_that_is_given_is_the_last_word():
    sent = request(session(), SERVER._replace(user="42", headers=(("authorization", "Bearer t"),)), 10)
    assert sent.get_header("Authorization") == "Bearer t"


def test_the_query_has_each_parameter_once():
    query = parse_qs(urlsplit(request(session(), SERVER, 10).full_url).query)
    assert all(len(values) == 1 for values in query.values())
