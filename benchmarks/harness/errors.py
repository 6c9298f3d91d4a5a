"""What a benchmark can't go on after."""


class BenchmarkError(Exception):
    """A benchmark that can't be run, or whose measured programs answered wrongly: one line, printed by the command."""
