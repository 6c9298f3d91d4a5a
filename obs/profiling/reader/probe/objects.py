"""Where types, code objects and dictionaries keep what."""

from __future__ import annotations

from collections.abc import Callable
from opcode import opmap
from types import CodeType
from typing import Any

from obs.profiling.reader.memory import UnreadableError
from obs.profiling.reader.probe.words import OWN, NotFoundError, base_of, common, number, one, places, word


def types() -> dict[str, Any]:
    """An object's type, and a type's name, which is C text."""
    made = [type(name, (), {})() for name in ("Abc", "Xyz")]
    names = [pointers_to(id(each), each.__name__.encode()) for each in (int, dict, ValueError)]
    return {
        "object_type": common("an object's type", ((id(each), id(type(each))) for each in made), 64),
        "type_name": one("a type's name", names),
    }


def pointers_to(address: int, text: bytes) -> set[int]:
    """Offsets from an address of pointers to this C text."""
    return {at for at in range(0, 128, 8) if holds(word(address + at), text + b"\0")}


def holds(address: int, data: bytes) -> bool:
    try:
        return OWN.read(address, len(data)) == data
    except UnreadableError:
        return False


def codes() -> dict[str, Any]:
    """Code objects: file, qualified name, table of lines, first line (of four bytes); their type, in its file."""
    some = [nested().__code__, far().__code__, places.__code__]
    lines = [{at for at in range(16, 192, 4) if number(id(c) + at, 4) == c.co_firstlineno} for c in some]
    return {
        "code_file": part("a code object's file", some, lambda code: code.co_filename),
        "code_name": part("a code object's name", some, lambda code: code.co_qualname),
        "code_lines": part("a code object's lines", some, lambda code: code.co_linetable),
        "code_first": one("a code object's first line", lines),
        "none": id(None) - base_of(id(None))[1],
        "code_type": id(CodeType) - base_of(id(CodeType))[1],
    }


def leaving() -> dict[str, Any]:
    """Instructions with which a frame is left."""
    names = ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR", "YIELD_VALUE")
    return {"leaving": [opmap[name] for name in names if name in opmap]}


def part(what: str, some: list[CodeType], of: Callable[[CodeType], object]) -> int:
    return common(what, ((id(code), id(of(code))) for code in some), 256)


def nested() -> Callable[[], object]:
    """A function whose name and qualified name differ."""

    def inside() -> None: ...

    return inside


def far() -> Callable[[], object]:
    """A function in another file, on a line with a number of its own."""
    space: dict[str, Callable[[], object]] = {}
    exec(compile("\n" * 300 + "def distant(): pass", "<elsewhere>", "exec"), space)  # noqa: S102  our own text
    return space["distant"]


def dictionaries() -> dict[str, Any]:
    """Dictionaries whose keys are all strings, as those of attributes are: where the entries begin, and their number.

    The keys' block begins with its header, then an index of ``1 << b`` bytes, then entries of key and value. ``b`` is
    one byte of the header.
    """
    some = [{f"key{n}": object() for n in range(size)} for size in (3, 20, 90, 700)]
    for keys in range(16, 64, 8):
        found = [entries(word(id(each) + keys), each) for each in some]
        header = set.intersection(*found)
        if header:
            byte, start = min(header)
            return {"dict_keys": keys, "dict_index": byte, "dict_header": start, "dict_count": counted(some, keys)}
    raise NotFoundError("the entries of dictionaries")


def entries(block: int, made: dict[str, object]) -> set[tuple[int, int]]:
    """Pairs of the header's byte that gives the index's size, and the header's size, that fit this dictionary."""
    data = OWN.pages(block, 1 << 15)
    key, value = next(iter(made.items()))
    begin = data.find(id(key).to_bytes(8, "little") + id(value).to_bytes(8, "little"))
    if begin < 0:
        return set()
    return {(at, begin - (1 << data[at])) for at in range(8, 24) if data[at] < 15 and begin > (1 << data[at])}


def counted(some: list[dict[str, object]], keys: int) -> int:
    """The header's word that has the number of entries."""
    return common("the number of a dictionary's entries", ((word(id(each) + keys), len(each)) for each in some), 64)
