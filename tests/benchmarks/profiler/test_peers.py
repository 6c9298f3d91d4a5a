"""What other profilers upload is read by our own reader of protobuf; here it reads what protobuf's has written."""

import gzip

import pytest
import zstandard

from benchmarks.profiler import protobuf
from benchmarks.profiler.peers import of_ddtrace, of_pyroscope
from benchmarks.profiler.sink import Upload, sink
from benchmarks.profiler.truth import Labelled
from obs.profiling.options import EVERYTHING
from obs.profiling.render import pprof
from tests.profiling.render.test_formats import profile_class
from tests.profiling.sessions import chat


def profile(label, value):
    """A pprof of one sample in two functions."""
    made = profile_class()(
        string_table=["", "view_search", "handle", value, "nanoseconds", label, "GET /search", "other"]
    )
    made.sample_type.add(type=3, unit=4)
    for number in (1, 2):
        made.function.add(id=number, name=number)
        made.location.add(id=number).line.add(function_id=number)
    sample = made.sample.add(location_id=[1, 2], value=[7])
    sample.label.add(key=5, str=6)
    sample.label.add(key=7, num=3)
    return made.SerializeToString()


def test_a_pprof_of_obs_is_read_back():
    found = protobuf.samples(gzip.decompress(pprof.render(chat(), EVERYTHING)))
    assert sum(sample.values["cpu"] for sample in found) == pytest.approx(18.1e9, abs=100)
    assert {label for sample in found for label in sample.labels if label[0] == "work"} >= {("work", "GET /search")}
    assert any("iterencode" in sample.functions for sample in found)


def message(number, body):
    """A field with a message; its size in one byte or two."""
    size = len(body)
    return bytes([number << 3 | 2, *([size & 0x7F | 0x80, size >> 7] if size > 0x7F else [size])]) + body


def test_a_push_request_of_pyroscope_holds_series_of_profiles():
    for data in (profile("endpoint", "cpu"), gzip.compress(profile("endpoint", "cpu"))):
        series = message(1, message(1, b"")) + message(2, message(1, data))
        upload = Upload("/push.v1.PusherService/Push", "application/proto", message(1, series))
        assert list(of_pyroscope(upload)) == [Labelled(("view_search", "handle"), frozenset(["GET /search"]), 7.0)]
    assert list(of_pyroscope(Upload("/other", "", b""))) == []


def test_a_form_of_ddtrace_holds_a_compressed_profile():
    data = zstandard.ZstdCompressor().compress(profile("trace endpoint", "cpu-time"))
    parts = (b'name="event"; filename="event.json"\r\n\r\n{}', b'name="p"; filename="profile.pprof"\r\n\r\n' + data)
    body = b"".join(b"--XX\r\n" + part + b"\r\n" for part in parts) + b"--XX--\r\n"
    found = list(of_ddtrace(Upload("/profiling/v1/input", "multipart/form-data; boundary=XX", body)))
    assert found == [Labelled(("view_search", "handle"), frozenset(["GET /search"]), 7.0)]
    assert list(of_ddtrace(Upload("/v0.5/traces", "", b""))) == []


def test_uploads_are_kept_as_they_were_before_their_compression():
    from http.client import HTTPConnection

    with sink() as kept:
        connection = HTTPConnection("127.0.0.1", kept.port)
        connection.request("POST", "/a", gzip.compress(b"body"), {"Content-Encoding": "gzip", "Content-Type": "x/y"})
        assert connection.getresponse().read() == b"{}"
        connection.request(
            "PUT", "/b", iter([b"bo", b"dy"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
        )
        assert connection.getresponse().read() == b"{}"
        connection.close()
    assert kept.uploads == [Upload("/a", "x/y", b"body"), Upload("/b", "", b"body")]
