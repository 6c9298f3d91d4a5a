"""The interactive form: looks, draws, and listens to the keys, until somebody quits or the run ends."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

from obs.cli.top.feed import Ended, Feed
from obs.cli.top.moment import Watcher
from obs.cli.top.page import page
from obs.cli.top.report import farewell
from obs.cli.top.sorting import ordered
from obs.cli.top.state import State, press
from obs.cli.top.terminal import Terminal
from obs.host.blocks.render import Line
from obs.host.rates import Rates


def watch(feed: Feed, state: State, interval: float) -> None:
    """Show the run until somebody quits. When it ends, the last that was seen stays on the terminal."""
    screen = Screen(feed, state)
    try:
        with Terminal() as terminal, suppress(KeyboardInterrupt):
            screen.run(terminal, interval)
    except Ended:
        print(farewell(feed.run, screen.moment, screen.state))


class Screen:
    """What is seen and asked for, whatever terminal it is on."""

    def __init__(self, feed: Feed, state: State) -> None:
        """Raises Ended."""
        self.run_, self.state = feed.run, state
        self.watcher = Watcher(feed)
        self.latest = self.moment = self.watcher.look()
        self._rates: Rates | None = None
        self._rates_of: tuple[object, ...] = ()

    def run(self, terminal: Terminal, interval: float) -> None:
        """Until somebody quits. Raises Ended."""
        due = time.monotonic() + interval
        while not self.state.done:
            if (now := time.monotonic()) >= due:
                self.look()
                due = max(due + interval, now)  # a laptop's sleep, or a stop, is not made up for
            terminal.draw(self.lines(*terminal.size))
            for key in terminal.keys(due - time.monotonic()):
                self.press(key)

    def look(self) -> None:
        """Take in what there is now; what is shown stays, if somebody has it paused. Raises Ended."""
        self.latest = self.watcher.look()
        if not self.state.paused:
            self.moment = self.latest

    def press(self, key: str) -> None:
        self.state = press(self.state, key, [row.work for row in self.rates().works])
        if not self.state.paused:
            self.moment = self.latest

    def rates(self) -> Rates:
        """The rows in their order; computed again only for another moment, or where others are asked for."""
        of = (self.moment, self.state.by, self.state.scope, self.state.filter)
        if self._rates is None or any(new is not old for new, old in zip(of, self._rates_of, strict=True)):
            self._rates, self._rates_of = self.moment.rates(self.state), of
        return replace(self._rates, works=ordered(self._rates.works, self.state))

    def lines(self, width: int, height: int) -> list[Line]:
        return page(self.run_, self.moment, self.rates(), self.watcher.history, self.state, width, height)
