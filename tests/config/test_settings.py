"""The table of settings agrees with itself and with Config."""

from __future__ import annotations

from collections import Counter

import pytest

from obs.config import Config
from obs.config.settings import SETTINGS


def test_each_name_variable_and_key_stands_once():
    for places in ([s.name for s in SETTINGS], [v for s in SETTINGS for v in s.variables], [s.key for s in SETTINGS]):
        assert [place for place, count in Counter(places).items() if place and count > 1] == []


def test_each_field_of_config_is_a_setting_or_made_of_some():
    made = {"sampler", "traces_enabled", "otlp_endpoint", "long_lived", "features", "slos", "waits", "sources"}
    assert set(Config.__dataclass_fields__) - made <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_default_is_a_value_that_could_be_written(setting):
    default = setting.default() if callable(setting.default) else setting.default
    if default:
        setting.type.parse(default)
    assert setting.default_text or not callable(setting.default)
    assert setting.help.endswith(".")
