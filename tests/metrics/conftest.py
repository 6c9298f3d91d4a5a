from __future__ import annotations

import pytest

from obs import errors


@pytest.fixture
def run_dir(tmp_path):
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def faults(monkeypatch):
    """What obs contained during the test, from none."""
    monkeypatch.setattr(errors, "faults", found := {})
    return found
