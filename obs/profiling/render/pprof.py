"""pprof: a gzipped Profile of https://github.com/google/pprof/blob/main/proto/profile.proto.

Each view is a sample type in nanoseconds, after the number of samples; ``go tool pprof -sample_index=wait`` picks one,
and ``-tagfocus=work=…`` a work. A sample's labels are work, view, trace, greenlet, thread, on and pid.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from obs.profiling.options import Options
from obs.profiling.render.protobuf import integer, message, packed
from obs.profiling.session import Frame, Sample, Session, View
from obs.profiling.stacks import Stack, apply, stack
from obs.profiling.told import title, warnings
from obs.profiling.transforms.chain import chain

# Fields of Profile.
SAMPLE_TYPE, SAMPLE, MAPPING, LOCATION, FUNCTION, STRING = 1, 2, 3, 4, 5, 6
TIME, DURATION, PERIOD_TYPE, PERIOD, COMMENT, DEFAULT = 9, 10, 11, 12, 13, 14

LABELS = ("work", "view", "trace", "greenlet", "thread", "on")


class Tables:
    """What a profile refers to by number. Made for one rendering."""

    def __init__(self) -> None:
        self.strings: dict[str, int] = {"": 0}
        self.functions: dict[tuple[str, str], int] = {}
        self.locations: dict[Frame, int] = {}

    def string(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))

    def location(self, frame: Frame) -> int:
        self.functions.setdefault((frame.function, frame.file), len(self.functions) + 1)
        return self.locations.setdefault(frame, len(self.locations) + 1)

    def encoded(self) -> Iterator[bytes]:
        """The locations, functions and strings: all of them, so ask when the rest is made."""
        for frame, number in self.locations.items():
            line = message(4, integer(1, self.functions[frame.function, frame.file]), integer(2, frame.line))
            yield message(LOCATION, integer(1, number), integer(2, 1), line)
        for (name, file), number in self.functions.items():
            at = self.string(name)
            yield message(FUNCTION, integer(1, number), integer(2, at), integer(3, at), integer(4, self.string(file)))
        for text in self.strings:
            yield message(STRING, text.encode(errors="replace"))


def render(session: Session, options: Options) -> bytes:
    """The profile, compressed."""
    return gzip.compress(encode(session.scaled(), options), mtime=0)


def encode(session: Session, options: Options) -> bytes:
    """The Profile message of a scaled session."""
    tables = Tables()
    wanted = [options.view] if options.view else list(session.views())
    types = [("samples", "count"), *((view, "nanoseconds") for view in wanted)]
    return b"".join(
        [
            *(message(SAMPLE_TYPE, value_type(tables, *each)) for each in types),
            *(one for sample in session.samples for one in samples(tables, session, sample, wanted, options)),
            message(
                MAPPING,
                integer(1, 1),
                integer(5, tables.string(title(session))),
                integer(7, 1),
                integer(8, 1),
                integer(9, 1),
            ),
            integer(TIME, round(session.started * 1e9)),
            integer(DURATION, round(session.duration * 1e9)),
            *period(tables, session, wanted),
            packed(COMMENT, [tables.string(text) for text in warnings(session)]),
            integer(DEFAULT, tables.string(wanted[0]) if wanted else 0),
            *tables.encoded(),
        ]
    )


def samples(tables: Tables, session: Session, sample: Sample, wanted: list[View], options: Options) -> Iterator[bytes]:
    """The sample as a message; nothing if it isn't asked for."""
    if sample.view not in wanted:
        return
    for shown in apply(chain(options), [stack(session, sample)]):
        values = [sample.looks, *(round(shown.weight * 1e9) if view == sample.view else 0 for view in wanted)]
        places = [tables.location(frame) for frame in reversed(shown.frames)]
        yield message(SAMPLE, packed(1, places), packed(2, values), *labels(tables, sample, shown))


def labels(tables: Tables, sample: Sample, shown: Stack) -> Iterator[bytes]:
    """The labels that have a value; the pid is a number."""
    for name in LABELS:
        text = shown.work if name == "work" else getattr(sample, name)
        if text:
            yield message(3, integer(1, tables.string(name)), integer(2, tables.string(text)))
    if sample.pid:
        yield message(3, integer(1, tables.string("pid")), integer(3, sample.pid))


def value_type(tables: Tables, name: str, unit: str) -> bytes:
    return integer(1, tables.string(name)) + integer(2, tables.string(unit))


def period(tables: Tables, session: Session, wanted: list[View]) -> Iterator[bytes]:
    """Nanoseconds between two samples of the first view."""
    rate = session.rates.get(wanted[0]) if wanted else None
    if rate:
        yield message(PERIOD_TYPE, value_type(tables, wanted[0], "nanoseconds"))
        yield integer(PERIOD, round(1e9 / rate))
