"""The boards' JSON, as a site wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.generate.setup import Setup


def files(_setup: Setup) -> dict[str, Mapping[str, Any]]:
    return {}
