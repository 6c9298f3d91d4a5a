"""The settings of the continuous profile."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from obs.config import Config
from obs.config.profile import Profile, Pyroscope
from obs.config.values import parse_size
from obs.config.wrong import Wrong
from obs.errors import ConfigError


def load(**environ: str) -> Config:
    return Config.load({"OBS_RUNTIME_DIR": "/x/run", **environ}, Path("/dev/null"))


def test_defaults():
    config = load()
    assert config.profile == Profile(False, 10, 60.0, 3600.0, 16_000_000, Path("/x/run/profiles"))
    assert config.pyroscope is None


def test_each_is_read(tmp_path):
    (tmp_path / "obs.toml").write_text(
        '[profile]\non = true\nrate = 20\nwindow = "30s"\nkeep = "2h"\nsize = "64MiB"\ndir = "/var/p"\n'
        'pyroscope = "http://p:4040"\ntenant = "a"\ntimeout = 3\n'
    )
    config = Config.load({"OBS_PYROSCOPE_HEADERS": "x-a=b"}, tmp_path)
    assert config.profile == Profile(True, 20, 30.0, 7200.0, 64 << 20, Path("/var/p"))
    assert config.pyroscope is not None
    assert tuple(config.pyroscope) == ("http://p:4040", "", "", "a", (("x-a", "b"),), 3.0)


def test_a_user_may_stand_in_the_address_and_a_variable_goes_first():
    found = load(OBS_PYROSCOPE_ENDPOINT="https://42:s%40cret@p.example/x").pyroscope
    assert found is not None
    assert (found.endpoint, found.user, found.password) == ("https://p.example/x", "42", "s@cret")
    found = load(OBS_PYROSCOPE_ENDPOINT="https://42:s@p", OBS_PYROSCOPE_USER="43").pyroscope
    assert found is not None
    assert found.user == "43"


def test_no_secret_is_shown():
    config = load(
        OBS_PYROSCOPE_ENDPOINT="https://u:inurl@p/x?token=query",
        OBS_PYROSCOPE_PASSWORD="pass",
        OBS_PYROSCOPE_HEADERS="authorization=Bearer%20header",
    )
    shown = f"{config!r} {config.summary()} {config.pyroscope!r} {config.pyroscope}"
    assert not any(secret in shown for secret in ("inurl", "query", "'pass'", "Bearer"))
    assert ("pyroscope", "https://p/x", "OBS_PYROSCOPE_ENDPOINT") in config.summary()


def test_a_host_process_is_told_all_of_it():
    config = load(OBS_PYROSCOPE_ENDPOINT="http://p", OBS_PYROSCOPE_PASSWORD="s")
    again = pickle.loads(pickle.dumps(config))
    assert isinstance(again.pyroscope, Pyroscope)
    assert again.pyroscope.password == "s"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("OBS_PROFILE", "yes", "neither true nor false"),
        ("OBS_PROFILE_RATE", "0", "not a number of Hz; write a whole number from 1 to 100"),
        ("OBS_PROFILE_RATE", "250", "not a number of Hz"),
        ("OBS_PROFILE_WINDOW", "500ms", "not between 1s and 10m"),
        ("OBS_PROFILE_WINDOW", "1h", "not between 1s and 10m"),
        ("OBS_PROFILE_KEEP", "for ever", "not a duration"),
        ("OBS_PROFILE_SIZE", "16 megs", "not a size; write it as 500KB, 16MB, 64MiB"),
        ("OBS_PROFILE_SIZE", "-1", "not a size"),
        ("OBS_PROFILE_DIR", "profiles", "not an absolute path"),
        ("OBS_PYROSCOPE_ENDPOINT", "pyroscope:4040", "not a URL"),
        ("OBS_PYROSCOPE_TIMEOUT", "soon", "not a duration"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(name, text, said):
    with pytest.raises(ConfigError, match=f"^{name}: ") as caught:
        load(**{name: text})
    assert said in str(caught.value)


def test_a_password_that_can_not_be_is_not_repeated():
    with pytest.raises(ConfigError, match=r"^OBS_PYROSCOPE_PASSWORD: is not a password") as caught:
        load(OBS_PYROSCOPE_PASSWORD="s3cret\nmore")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1000", 1000),
        ("500KB", 500_000),
        ("16MB", 16_000_000),
        ("64MiB", 64 << 20),
        ("1.5 gb", 1_500_000_000),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "1TB", "1e20", "2000GB", "1,5MB"])
def test_what_is_no_size(text):
    with pytest.raises(Wrong):
        parse_size(text)
