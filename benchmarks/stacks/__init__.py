"""The peers: one small Flask service, and each way to observe it."""

from benchmarks.stacks.stack import STACKS as STACKS
from benchmarks.stacks.stack import Application as Application
from benchmarks.stacks.stack import Stack as Stack
from benchmarks.stacks.stack import named as named
from benchmarks.stacks.stack import select as select
