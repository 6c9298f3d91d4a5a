"""``obs plan``: what a fleet's telemetry comes to, and what holds it."""

from __future__ import annotations

from obs.generate.plan.fleet import Fleet as Fleet
from obs.generate.plan.fleet import Service as Service
from obs.generate.plan.plan import Plan as Plan
from obs.generate.plan.plan import plan as plan
