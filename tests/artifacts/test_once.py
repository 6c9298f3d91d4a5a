"""What runs on one Python only is a list of what is there."""

from __future__ import annotations

import pytest

from tests.conftest import HERE, ONCE


@pytest.mark.parametrize("name", ONCE)
def test_each_is_there(name: str) -> None:
    assert (HERE / name).exists()
