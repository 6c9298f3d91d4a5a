"""All boards and rules that are checked together, and what is known beside them."""

from __future__ import annotations

from collections.abc import Sequence

from obs.generate.lint.files.board import Board
from obs.generate.lint.files.page import Page
from obs.generate.lint.files.query import Query
from obs.generate.lint.files.rule_file import RuleFile
from obs.generate.lint.known.series import known
from obs.generate.lint.options import Options


class World:
    """Parsed once, asked by each check."""

    def __init__(
        self, boards: Sequence[Board], rules: Sequence[RuleFile], pages: Sequence[Page], options: Options
    ) -> None:
        self.boards, self.rules, self.options = boards, rules, options
        self.pages = {page.name: page for page in pages}
        self._queries = {id(board): tuple(board.queries()) for board in boards}
        self._queries |= {id(file): tuple(file.queries()) for file in rules}
        self.series = known(self.all_rules(), options)
        """The labels of each series that is known: of the catalog, Prometheus's own, and what the rules record."""

    def queries(self, of: Board | RuleFile) -> tuple[Query, ...]:
        """Of one of :attr:`boards` or :attr:`rules`."""
        return self._queries[id(of)]

    def all_rules(self) -> list[Query]:
        return [rule for file in self.rules for rule in self.queries(file)]
