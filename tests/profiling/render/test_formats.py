"""Each format, read as its own readers do."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from obs.profiling import file
from obs.profiling.builder import Builder
from obs.profiling.options import EVERYTHING, Options
from obs.profiling.render import collapsed, html, pprof, speedscope, svg, text
from obs.profiling.render.protobuf import varint
from obs.profiling.render.renderers import RENDERERS, for_path, save
from obs.profiling.session import Frame, Sample, Session, SessionError, label_frame
from tests.profiling.sessions import chat

HOSTILE = "GET /a;b </script><b>&\u2028 7"


def hostile() -> Session:
    builder = Builder()
    builder.add([label_frame(HOSTILE), Frame("f;\x00\n </g> 3", "/srv/<x>.py", 1)], Sample((), HOSTILE, "cpu", 1.0))
    return Session(service="</title>", duration=1.0, frames=builder.frames, samples=builder.samples, notes=("<b>",))


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda each: each.ending)
@pytest.mark.parametrize("make", [chat, hostile, Session])
def test_every_format_renders_every_session_alike_twice(renderer: Any, make: Any) -> None:
    first = renderer.render(make(), EVERYTHING)
    assert first == renderer.render(make(), EVERYTHING)


def test_the_ending_chooses_and_an_unknown_one_lists_them(tmp_path: Path) -> None:
    assert for_path(Path("a.speedscope.json")).ending == ".speedscope.json"
    assert for_path(Path("A.JSON")).ending == ".json"
    with pytest.raises(SessionError) as caught:
        save(chat(), tmp_path / "x.png")
    assert all(each.ending in str(caught.value) for each in RENDERERS)
    assert not list(tmp_path.iterdir())


def test_json_is_the_session(tmp_path: Path) -> None:
    for name in ("a.json", "a.json.gz"):
        save(chat(), tmp_path / name)
        assert file.read(tmp_path / name) == chat()


# flamegraph.pl's: a second number before the weight would be a differential's
LINE = re.compile(r"^(.*)\s+?(\d+(?:\.\d*)?)$")


def test_collapsed_lines_are_a_stack_and_microseconds() -> None:
    lines = collapsed.render(chat(), Options(view="cpu")).decode().splitlines()
    found = {match[1]: int(match[2]) for line in lines if (match := LINE.match(line))}
    assert len(found) == len(lines)
    assert sum(found.values()) == pytest.approx(18.1e6, abs=100)
    assert not any(LINE.match(stack) or " " in stack for stack in found)


def test_collapsed_escapes_what_would_part_frames() -> None:
    (line,) = collapsed.render(hostile(), EVERYTHING).decode().splitlines()
    stack = line.rpartition(" ")[0]
    assert len(stack.split(";")) == 2
    assert not re.search(r"\s", stack)


def test_speedscope_has_one_sound_profile_for_each_view() -> None:
    document = json.loads(speedscope.render(chat(), EVERYTHING))
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = document["shared"]["frames"]
    assert all(set(frame) <= {"name", "file", "line", "col"} and isinstance(frame["name"], str) for frame in frames)
    assert [profile["name"] for profile in document["profiles"]] == ["cpu", "held", "delay", "wait"]
    for profile in document["profiles"]:
        assert set(profile) == {"type", "name", "unit", "startValue", "endValue", "samples", "weights"}
        assert (profile["type"], profile["unit"], profile["startValue"]) == ("sampled", "seconds", 0)
        assert len(profile["samples"]) == len(profile["weights"])
        assert profile["endValue"] == pytest.approx(sum(profile["weights"]))
        assert all(0 <= at < len(frames) for stack in profile["samples"] for at in stack)


# name: field number, message type (a number if None), repeated; as in pprof's proto/profile.proto
MESSAGES: dict[str, dict[str, tuple[int, str | None, bool]]] = {
    "ValueType": {"type": (1, None, False), "unit": (2, None, False)},
    "Label": {"key": (1, None, False), "str": (2, None, False), "num": (3, None, False)},
    "Sample": {"location_id": (1, None, True), "value": (2, None, True), "label": (3, "Label", True)},
    "Mapping": {"id": (1, None, False), "filename": (5, None, False), "has_functions": (7, None, False)},
    "Line": {"function_id": (1, None, False), "line": (2, None, False)},
    "Location": {"id": (1, None, False), "mapping_id": (2, None, False), "line": (4, "Line", True)},
    "Function": {
        "id": (1, None, False),
        "name": (2, None, False),
        "system_name": (3, None, False),
        "filename": (4, None, False),
    },
    "Profile": {
        "sample_type": (1, "ValueType", True),
        "sample": (2, "Sample", True),
        "mapping": (3, "Mapping", True),
        "location": (4, "Location", True),
        "function": (5, "Function", True),
        "string_table": (6, "string", True),
        "time_nanos": (9, None, False),
        "duration_nanos": (10, None, False),
        "period_type": (11, "ValueType", False),
        "period": (12, None, False),
        "comment": (13, None, True),
        "default_sample_type": (14, None, False),
    },
}


def profile_class() -> Any:
    """The Profile message, by protobuf's own reader."""
    Field = descriptor_pb2.FieldDescriptorProto  # noqa: N806
    described = descriptor_pb2.FileDescriptorProto(name="profile.proto", package="p", syntax="proto3")
    for name, of in MESSAGES.items():
        message = described.message_type.add(name=name)
        for field, (number, kind, repeated) in of.items():
            sort = Field.TYPE_INT64 if kind is None else Field.TYPE_STRING if kind == "string" else Field.TYPE_MESSAGE
            label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            made = message.field.add(name=field, number=number, type=sort, label=label)
            if sort == Field.TYPE_MESSAGE:
                made.type_name = f".p.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(described)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("p.Profile"))


def decoded(session: Session) -> Any:
    profile = profile_class()()
    profile.ParseFromString(gzip.decompress(pprof.render(session, EVERYTHING)))
    return profile


def labels(profile: Any, sample: Any) -> Iterator[tuple[str, str | int]]:
    for label in sample.label:
        yield profile.string_table[label.key], profile.string_table[label.str] or label.num


def test_pprof_decodes_with_types_sums_and_labels() -> None:
    profile = decoded(chat())
    names = profile.string_table
    assert names[0] == ""
    types = [(names[each.type], names[each.unit]) for each in profile.sample_type]
    assert types == [("samples", "count"), *((view, "nanoseconds") for view in ("cpu", "held", "delay", "wait"))]
    sums = Counter()
    for sample in profile.sample:
        assert len(sample.value) == len(types)
        sums.update(dict(zip(types, sample.value, strict=True)))
    assert sums["cpu", "nanoseconds"] == pytest.approx(18.1e9, abs=100)
    assert sums["wait", "nanoseconds"] == pytest.approx(12.4e9, abs=100)
    of_wait = next(dict(labels(profile, sample)) for sample in profile.sample if sample.value[4])
    assert of_wait == {
        "work": "POST /channels/<int:id>/messages", "view": "wait", "trace": "ab" * 16, "greenlet": "Greenlet-7",
        "thread": "MainThread", "on": "sql", "pid": 4711,
    }  # fmt: skip


def test_pprof_refers_to_what_is_there_leaf_first() -> None:
    profile = decoded(chat())
    functions = {each.id: profile.string_table[each.name] for each in profile.function}
    locations = {each.id: functions[each.line[0].function_id] for each in profile.location}
    assert len(locations) == len(profile.location)
    assert 0 not in locations
    stacks = [[locations[at] for at in sample.location_id] for sample in profile.sample]
    assert ["iterencode", "encode", "dumps", "export", "dispatch_request", "GET /export/<int:id>"] in stacks
    assert {profile.string_table[at] for at in profile.comment} >= {"Lost: 12 torn stacks."}
    assert (profile.time_nanos, profile.duration_nanos, profile.period) == (1_795_507_200 * 10**9, 30 * 10**9, 10**7)


def test_a_varint_of_a_negative_number_is_its_twos_complement() -> None:
    assert varint(300) == b"\xac\x02"
    assert varint(-1) == b"\xff" * 9 + b"\x01"


def test_svg_is_sound_xml_with_readable_names_and_tooltips() -> None:
    root = ET.fromstring(svg.render(chat(), EVERYTHING))
    space = "{http://www.w3.org/2000/svg}"
    texts = ["".join(each.itertext()) for each in root.iter(f"{space}text")]
    assert any(each.startswith("GET /export/<int:id>") for each in texts)
    tips = [each.text or "" for each in root.iter(f"{space}title")]
    assert any("views/export.py:41 export\n" in tip and "65%" in tip for tip in tips)
    wide = float(root.attrib["width"])
    assert all(float(each.attrib["x"]) + float(each.attrib["width"]) <= wide for each in root.iter(f"{space}rect"))
    assert not list(root.iter(f"{space}script"))


def test_svg_escapes_names_of_others() -> None:
    root = ET.fromstring(svg.render(hostile(), EVERYTHING))
    assert HOSTILE.replace("\u2028", "�") in "".join(root.itertext())


def test_the_reports_first_line_is_the_hotspot_and_it_says_notes_and_losses() -> None:
    lines = text.render(chat(), EVERYTHING).decode().splitlines()
    assert lines[0] == "Hottest: cpu, 9.61 s (53%) at views/export.py:41 export"
    assert "json/encoder.py:258 iterencode" in lines[1]
    assert any(line.startswith("! Stacks of cpu") for line in lines)
    assert "! Lost: 12 torn stacks." in lines
    assert "  on sql 65%, redis 32%" in lines
    assert max(map(len, lines)) <= 100


def test_the_facts_of_a_report_are_broken_between_them_only() -> None:
    report = text.render(chat(), Options(width=40)).decode()
    assert "\u00a0" not in report
    assert any(line.startswith("30.0 s from 2026") for line in report.splitlines())


def test_a_report_says_what_held_in_no_sample_is() -> None:
    starved = replace(chat(), totals={"GET /search": {"held": 20.0}})
    report = text.render(starved, EVERYTHING).decode()
    assert report.startswith("Hottest: cpu"), "the process had no CPU: nothing held it"
    assert text.UNSEEN in report
    assert text.UNSEEN not in text.render(chat(), EVERYTHING).decode()


def test_the_report_of_nothing_says_so() -> None:
    assert text.render(Session(), EVERYTHING).decode().startswith("Nothing was sampled.\n")


def test_the_report_of_an_idle_service_points_at_nothing() -> None:
    idle = Session(totals={"(loop)": {"cpu": 0.012}, "(idle)": {"wait": 9.9}})
    first, second, *_ = text.render(idle, EVERYTHING).decode().splitlines()
    assert first == "Too little to point at: 12 ms of cpu, in no sample."
    assert second == "Record for longer, or under load."
    assert f"{first} {second}" in html.render(idle, EVERYTHING).decode()


def test_a_narrow_report_stays_in_its_width() -> None:
    lines = text.render(chat(), Options(width=80)).decode().splitlines()
    assert max(map(len, lines)) <= 80


def test_a_report_does_nothing_to_the_terminal_that_shows_it() -> None:
    builder = Builder()
    stack = [Frame("f\x1b]0;owned\x07\u202e", "/srv/\r\n\x9b2J.py", 1)]
    builder.add(stack, Sample((), "GET /\x1b[31m\ud800", "cpu", 1.0))
    session = Session(duration=1.0, frames=builder.frames, samples=builder.samples, notes=("\x1b[2J",))
    report = text.render(session, EVERYTHING).decode()
    assert "owned" in report
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", report)
