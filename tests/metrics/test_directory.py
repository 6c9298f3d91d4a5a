from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from obs.metrics import records
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION
from obs.metrics.directory import Directory, Keys
from obs.metrics.reader import of_image
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, disconnects, durations


def _image() -> bytes:
    store = Store.private(IDENTITY)
    for i in range(12):
        disconnects(store, f"/{i}").add(i + 1)
        durations(store, f"/{i}").observe(0.3)
    durations(store, "/0").exemplar(0.3, 1, 2)
    store.note("a", "b")
    return store.image()


IMAGE = _image()


def _read(image: bytes) -> Directory:
    directory = Directory(Keys())
    directory.read(image, len(image))
    return directory


WHOLE = _read(IMAGE)


def _series(directory: Directory, image: bytes) -> dict:
    pairs = zip(directory.series, directory.starts, strict=True)
    return {(key.metric.name, *key.labels): key.unpack(image, start) for key, start in pairs}


def _cells() -> set[int]:
    """Every byte that is a cell's, or in an exemplar's area: a checksum of a cell would cost more than it is worth."""
    found = {b for k, start in zip(WHOLE.series, WHOLE.starts, strict=True) for b in range(start, start + k.cells * 8)}
    return found | {b for e in WHOLE.examples for b in range(e.start, e.start + records.EXEMPLAR_BYTES)}


DESCRIPTIONS = sorted(set(range(WHOLE._end)) - _cells())


def test_a_whole_file_is_read_whole():
    assert len(_series(WHOLE, IMAGE)) == 24
    assert WHOLE.torn == 0
    assert WHOLE.notes == {"a": "b"}
    assert dict(WHOLE.identity) == {"service": "chat", "env": "prod", "version": "1.2.3"}


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DESCRIPTIONS), st.integers(1, 255)), min_size=1, max_size=5))
def test_nothing_is_invented_from_a_corrupt_file(flips):
    image = bytearray(IMAGE)
    for position, bits in flips:
        image[position] ^= bits
    if bytes(image) == IMAGE:
        return
    directory = _read(bytes(image))
    assert _series(directory, image).items() <= _series(WHOLE, IMAGE).items()
    assert directory.torn > 0


@settings(deadline=None)
@given(st.integers(0, len(IMAGE)))
def test_nothing_is_invented_from_a_file_that_was_cut_off(size):
    image = IMAGE[:size]
    assert _series(_read(image), image).items() <= _series(WHOLE, IMAGE).items()


@settings(deadline=None)
@given(st.binary(max_size=4000))
def test_garbage_is_no_file(garbage):
    assert not _read(garbage).series
    assert not _read(records.MAGIC + garbage).series


def test_what_is_behind_a_corrupt_record_is_still_read():
    image = bytearray(IMAGE)
    image[WHOLE.starts[0] - 10] ^= 0xFF  # in the description of the first series
    directory = _read(bytes(image))
    assert directory.torn == 1
    assert len(directory.series) == len(WHOLE.series) - 1


def test_a_record_that_turns_up_late_is_taken_then():
    """Some machines let stores be seen in another order: the header first."""
    image = bytearray(IMAGE)
    image[WHOLE.starts[3] - 10] ^= 0xFF
    directory = Directory(Keys())
    directory.read(bytes(image), len(image))
    assert directory.torn == 1
    directory.read(IMAGE, len(IMAGE))
    assert directory.torn == 0
    assert _series(directory, IMAGE) == _series(WHOLE, IMAGE)


def test_a_file_is_read_on_from_where_it_was():
    store = Store.private(IDENTITY)
    disconnects(store, "/1")
    image = store.image()
    directory = Directory(Keys())
    directory.read(image, len(image))
    disconnects(store, "/2")
    image = store.image()
    directory.read(image, len(image))
    directory.read(image, len(image))
    assert [key.labels for key in directory.series] == [("/1",), ("/2",)]


def test_series_without_an_identity_are_not_believed():
    header, payload = records.pack(["metric", *records.define(HTTP_SERVER_REQUEST_DURATION)], 0)
    image = records.MAGIC + records.word(header) + payload
    header, payload = records.pack(["series", records.define(HTTP_SERVER_REQUEST_DURATION)[0], *"abcd"], 16)
    image += records.word(header) + payload + bytes(136)
    assert not _read(image).series
    assert _read(image).torn == 1


def test_the_same_series_of_two_processes_has_one_key():
    keys = Keys()
    first, second = Directory(keys), Directory(keys)
    first.read(IMAGE, len(IMAGE))
    second.read(IMAGE, len(IMAGE))
    assert all(a is b for a, b in zip(first.series, second.series, strict=True))


def test_a_store_without_a_folder_is_read_from_its_memory():
    snapshot = of_image(IMAGE)
    found = {(key.metric.name, *key.labels): cells for key, cells in snapshot.series.items()}
    assert found["obs_request_disconnects_total", "/3"] == [4.0]
    assert len(snapshot.examples) == 1
