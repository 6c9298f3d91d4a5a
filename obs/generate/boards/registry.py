"""Every board, in the order of the documentation."""

from __future__ import annotations

from obs.generate.boards.api import API
from obs.generate.boards.board import Board
from obs.generate.boards.cost import COST
from obs.generate.boards.endpoint import ENDPOINT
from obs.generate.boards.gevent import GEVENT
from obs.generate.boards.jobs import JOBS
from obs.generate.boards.overview import OVERVIEW
from obs.generate.boards.own import OWN
from obs.generate.boards.slo import SLOS

BOARDS: tuple[Board, ...] = (OVERVIEW, API, ENDPOINT, JOBS, GEVENT, COST, SLOS, OWN)
