"""The queries of a board: found in its JSON, with its variables put in, and asked of a Prometheus."""

from __future__ import annotations

from obs.generate.queries.choice import choose as choose
from obs.generate.queries.interpolate import builtins as builtins
from obs.generate.queries.interpolate import interpolate as interpolate
from obs.generate.queries.prometheus import Prometheus as Prometheus
from obs.generate.queries.target import Target as Target
from obs.generate.queries.target import panels as panels
from obs.generate.queries.target import targets as targets
