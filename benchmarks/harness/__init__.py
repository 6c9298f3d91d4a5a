"""What every benchmark shares: interleaved rounds, medians, budgets, child processes, and how a result is shown."""

from benchmarks.harness.budget import Budget as Budget
from benchmarks.harness.child import Child as Child
from benchmarks.harness.child import serve as serve
from benchmarks.harness.errors import BenchmarkError as BenchmarkError
from benchmarks.harness.progress import progress as progress
from benchmarks.harness.render import markdown as markdown
from benchmarks.harness.render import terminal as terminal
from benchmarks.harness.result import Column as Column
from benchmarks.harness.result import Report as Report
from benchmarks.harness.result import Result as Result
from benchmarks.harness.result import Row as Row
from benchmarks.harness.result import Table as Table
from benchmarks.harness.rounds import interleave as interleave
from benchmarks.harness.rounds import schedule as schedule
from benchmarks.harness.spread import Spread as Spread
from benchmarks.harness.spread import differences as differences
from benchmarks.harness.spread import ratios as ratios
from benchmarks.harness.spread import spread as spread
