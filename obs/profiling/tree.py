"""The call tree of one view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from obs.profiling.options import EVERYTHING, Options
from obs.profiling.session import Frame, Session, View
from obs.profiling.stacks import Stack, apply, stacks
from obs.profiling.transforms.chain import chain

Key = Callable[[Frame], tuple[object, ...]]
"""Frames of the same key, called from the same node, are one node."""


def by_function(frame: Frame) -> tuple[object, ...]:
    """The lines of one function are one node."""
    return frame.function, frame.file


def by_line(frame: Frame) -> tuple[object, ...]:
    """Each line of a function is a node."""
    return frame.function, frame.file, frame.line


@dataclass(slots=True)
class Node:
    """A function called from where its parent is. Not to be changed by who gets it."""

    frame: Frame
    """As in the first stack that it was in; see ``lines`` for where in it."""
    weight: float = 0.0
    """Seconds in it and what it calls."""
    own: float = 0.0
    """Seconds in it alone."""
    looks: int = 0
    """How many samples it is in."""
    own_looks: int = 0
    """In how many of them it is the innermost."""
    lines: dict[int, float] = field(default_factory=dict)
    """Seconds by line, which sum to the weight."""
    children: dict[tuple[object, ...], Node] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Its hottest line; 0: not known."""
        return max(self.lines, key=lambda line: (self.lines[line], -line), default=0)

    @property
    def ranked(self) -> list[Node]:
        """Its children, the heaviest first."""
        return sorted(self.children.values(), key=lambda child: (-child.weight, child.frame))

    def walk(self, wanted: Callable[[Node], bool] = lambda _: True) -> Iterator[tuple[int, float, Node]]:
        """All nodes with ``(depth, seconds left of it, node)``, parents first, the heaviest child first.

        Of a node that isn't ``wanted``, nothing below it is given either.
        """
        waiting: list[tuple[int, float, Node]] = [(0, 0.0, self)]
        while waiting:
            depth, left, node = waiting.pop()
            yield depth, left, node
            below: list[tuple[int, float, Node]] = []
            for child in node.ranked:
                if wanted(child):
                    below.append((depth + 1, left, child))
                left += child.weight
            waiting.extend(reversed(below))


def tree_of(session: Session, view: View, options: Options = EVERYTHING) -> Node:
    """The tree of a session, scaled to its exact totals. Its root's frame is the view."""
    return tree(apply(chain(options), stacks(session.scaled(), view)), view)


def tree(found: Iterable[Stack], name: str, key: Key = by_function) -> Node:
    """The tree of ``found`` below a root of that name."""
    root = Node(Frame(name, ""))
    for stack in found:
        add(root, stack, key)
    return root


def add(root: Node, stack: Stack, key: Key) -> None:
    node = root
    count(node, stack, 0)
    for frame in stack.frames:
        which = key(frame)
        below = node.children.get(which)
        if below is None:
            below = node.children[which] = Node(frame)
        node = below
        count(node, stack, frame.line)
    node.own += stack.weight
    node.own_looks += stack.looks


def count(node: Node, stack: Stack, line: int) -> None:
    node.weight += stack.weight
    node.looks += stack.looks
    node.lines[line] = node.lines.get(line, 0.0) + stack.weight
