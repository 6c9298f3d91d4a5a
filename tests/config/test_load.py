"""Where settings come from, which place wins, and what is said when one is wrong."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from obs.config import Config, Feature, Sampler, Slo, Wait
from obs.config.load import resolve
from obs.errors import ConfigError

DESCRIPTION = """
[service]
name = "chat-api"
[traces]
ratio = 0.5
slow = "250ms"
[http]
long_lived = ["GET /events/<*>"]
[[feature]]
name = "messaging"
team = "chat-core"
routes = ["/channels/<*>/messages*"]
jobs = ["push.*"]
[[slo]]
name = "send-message"
feature = "messaging"
objective = 99.9
latency = "250ms"
[[slo]]
name = "available"
feature = "messaging"
objective = 99
"""


@pytest.fixture
def load(tmp_path):
    def load(description: str = "", **environ: str) -> Config:
        if description:
            (tmp_path / "obs.toml").write_text(description)
        return Config.load(environ, tmp_path)

    return load


def error(load, description: str = "", **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(description, **environ)
    return caught.value


def test_defaults(load):
    config = load()
    assert (config.service, config.env, config.version, config.commit) == ("unknown_service", "", "", "")
    assert (config.host, config.port, config.span_queue) == ("127.0.0.1", 9464, 2048)
    assert config.sampler == Sampler("parentbased_traceidratio", 0.01)
    assert (config.traces_enabled, config.otlp_endpoint, config.otlp_timeout) == (True, None, 10.0)
    assert (config.slow, config.outliers_per_second, config.shutdown_timeout) == (1.0, 5.0, 3.0)
    assert (config.run_dir, config.span_socket, config.doctor) == (None, None, None)
    assert config.runtime_dir.name.startswith("obs-")


def test_whose_the_service_is_stands_in_the_file_or_the_environment(load):
    assert load().team == ""
    assert load('[service]\nteam = "chat-core"').team == "chat-core"
    assert load('[service]\nteam = "chat-core"', OBS_TEAM="media").team == "media"
    assert "[service]" in str(error(load, "[service]\nteam = 5"))


def test_the_description(load):
    config = load(DESCRIPTION)
    assert config.service == "chat-api"
    assert config.features == (Feature("messaging", "chat-core", ("/channels/<*>/messages*",), ("push.*",)),)
    assert config.slos == (
        Slo("send-message", 99.9, "messaging", "chat-core", latency=0.25),
        Slo("available", 99.0, "messaging", "chat-core"),
    )
    assert (config.sampler.ratio, config.slow) == (0.5, 0.25)
    assert config.is_long_lived("GET /events/<int:id>")
    assert not config.is_long_lived("POST /events/<int:id>")


@pytest.mark.parametrize(
    ("environ", "service", "source"),
    [
        ({"OBS_SERVICE": "a", "OTEL_SERVICE_NAME": "b"}, "a", "OBS_SERVICE"),
        ({"OTEL_SERVICE_NAME": "b", "OTEL_RESOURCE_ATTRIBUTES": "service.name=c"}, "b", "OTEL_SERVICE_NAME"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=c"}, "c", "OTEL_RESOURCE_ATTRIBUTES, service.name"),
        ({"OBS_SERVICE": "", "OTEL_SERVICE_NAME": " "}, "chat-api", 'obs.toml: [service], key "name"'),
    ],
)
def test_obs_goes_before_otel_before_the_file(load, environ, service, source):
    config = load(DESCRIPTION, **environ)
    assert config.service == service
    assert dict(config.sources)["service"] == source
    assert ("service", service, source) in config.summary()


def test_names_from_resource_attributes_and_the_rest(load):
    config = load(
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment=old,deployment.environment.name=prod%20eu,"
        "service.version=1.2,vcs.ref.head.revision=abc,zone=b%2Cc,k8s.pod.name=p-1"
    )
    assert (config.env, config.version, config.commit) == ("prod eu", "1.2", "abc")
    assert config.resource == (("k8s.pod.name", "p-1"), ("zone", "b,c"))


@pytest.mark.parametrize(
    ("environ", "sampler"),
    [
        ({"OBS_TRACE_RATIO": "0.2", "OTEL_TRACES_SAMPLER": "always_on"}, Sampler("parentbased_traceidratio", 0.2)),
        ({"OTEL_TRACES_SAMPLER": "always_on"}, Sampler("always_on", 1.0)),
        ({"OTEL_TRACES_SAMPLER": "parentbased_always_off"}, Sampler("parentbased_always_off", 0.0)),
        ({"OTEL_TRACES_SAMPLER": "TraceIdRatio"}, Sampler("traceidratio", 1.0)),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.3"}, Sampler("traceidratio", 0.3)),
        ({"OTEL_TRACES_SAMPLER_ARG": "0"}, Sampler("parentbased_traceidratio", 0.0)),
    ],
)
def test_the_sampler(load, environ, sampler):
    assert load("[traces]\nratio = 0.5", **environ).sampler == sampler


@pytest.mark.parametrize(
    ("environ", "endpoint"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/otlp/"}, "https://c/otlp/v1/traces"),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t/x", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"},
            "http://t/x",
        ),
    ],
)
def test_the_endpoint(load, environ, endpoint):
    assert load(**environ).otlp_endpoint == endpoint


@pytest.mark.parametrize("environ", [{"OTEL_SDK_DISABLED": "True"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_traces_can_be_turned_off(load, environ):
    config = load(**environ)
    assert not config.traces_enabled
    assert dict(config.sources)["traces_enabled"] in environ


def test_headers_are_decoded_and_never_shown(load):
    config = load(OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20s3cret, x-tenant = a=b")
    assert config.otlp_headers == (("authorization", "Bearer s3cret"), ("x-tenant", "a=b"))
    assert "s3cret" not in repr(config) + str(config.summary())


@pytest.mark.parametrize("text", ["s3cret", "a=s3cret%zz", "a=s3cret%ff", "a=s3cret%0A", "=s3cret", "s 3cret=x"])
def test_an_error_of_headers_never_shows_them(load, text):
    found = error(load, OTEL_EXPORTER_OTLP_HEADERS=text)
    assert found.where == "OTEL_EXPORTER_OTLP_HEADERS"
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OBS_PORT", "65536"),
        ("OBS_PORT", "http"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "-1"),
        ("OBS_HOST", "127.0.0.1:9464"),
        ("OBS_TRACE_RATIO", "1.5"),
        ("OBS_TRACE_RATIO", "nan"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER_ARG", "10%"),
        ("OTEL_SDK_DISABLED", "yes"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:port/"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name"),
        ("OBS_SHUTDOWN_TIMEOUT", "-1s"),
        ("OBS_SLOW", "1 week"),
        ("OBS_OUTLIERS", "many"),
        ("OBS_RUNTIME_DIR", "relative"),
        ("OBS_SERVICE", "two\nlines"),
        ("OBS_SERVICE", "x" * 201),
    ],
)
def test_a_wrong_variable_is_named_with_its_problem_and_the_fix(load, variable, value):
    found = error(load, **{variable: value})
    assert found.where == variable
    assert found.problem
    assert found.fix
    assert "\n" not in str(found)


def test_an_unknown_variable_is_an_error_with_a_guess(load):
    assert str(error(load, OBS_SERVCE="x")) == "OBS_SERVCE: is not a setting of obs; did you mean OBS_SERVICE?"
    assert error(load, OBS_ZZZ="x").fix == "unset it"


def test_kubernetes_service_links_are_not_settings(load):
    config = load(
        OBS_PORT="tcp://10.0.0.1:9464",
        OBS_SERVICE_HOST="10.0.0.1",
        OBS_SERVICE_PORT="9464",
        OBS_SERVICE_PORT_METRICS="9464",
        OBS_PORT_9464_TCP="tcp://10.0.0.1:9464",
        OBS_PORT_9464_TCP_ADDR="10.0.0.1",
        OBS_UI_PORT="tcp://10.0.0.2:80",
        OBS_UI_SERVICE_HOST="10.0.0.2",
    )
    assert config.port == 9464
    assert error(load, OBS_UI_PORT="80").where == "OBS_UI_PORT"


FEATURE = '[[feature]]\nname = "a"\nteam = "t"\nroutes = ["/a"]\n'


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("[[slo]]\n", "obs.toml: [[slo]] 1", 'has no "name"'),
        (
            FEATURE + '[[slo]]\nname="x"\nfeature="a"\nobjective=99\n[[slo]]\nname="y"\nfeature="a"\nobjective=120',
            'obs.toml: [[slo]] 2, key "objective"',
            "'120' is not between 0 and 100",
        ),
        (
            FEATURE + '[[slo]]\nname="x"\nfeature="b"\nobjective=99',
            'obs.toml: [[slo]] 1, key "feature"',
            'there is no feature "b"',
        ),
        (
            FEATURE + '[[slo]]\nname="x"\nfeature="a"\nobjective=99\nlatency=0',
            'obs.toml: [[slo]] 1, key "latency"',
            "is 0: nothing is that fast",
        ),
        (FEATURE + FEATURE, 'obs.toml: [[feature]] 2, key "name"', 'there is already a feature "a"'),
        ('[[feature]]\nname="a"\nteam="t"', "obs.toml: [[feature]] 1", "owns nothing"),
        (FEATURE + "jobs = 3", 'obs.toml: [[feature]] 1, key "jobs"', "is a number, not a list"),
        (FEATURE + "jobs = [3]", 'obs.toml: [[feature]] 1, key "jobs"', "is a number, not a job pattern"),
        ("[service]\nname = true", 'obs.toml: [service], key "name"', "is a boolean, not a text"),
        ("[service]\nnam = 'x'", 'obs.toml: [service], key "nam"', "is not a setting of obs"),
        ("[services]\nname = 'x'", 'obs.toml, key "services"', "is not a setting of obs"),
        ("service = 'x'", "obs.toml: [service]", "is a text, not a table"),
        ("[feature]\nname = 'x'", "obs.toml: [[feature]]", "is not a list of tables"),
        ("[[wait]]\non = 'x'", "obs.toml: [[wait]] 1", 'has no "module"'),
        ("[[wait]]\nmodule = 'x'", "obs.toml: [[wait]] 1", 'has no "on"'),
        (
            "[[wait]]\nmodule = 'acme'\non = 'x'\n[[wait]]\nmodule = 'acme/rpc'\non = 'x'",
            'obs.toml: [[wait]] 2, key "module"',
            "'acme/rpc' is not a dotted name",
        ),
        ("[[wait]]\nmodule = 'x'\non = 'My RPC'", 'obs.toml: [[wait]] 1, key "on"', "'My RPC' can't name a wait"),
        (
            "[[wait]]\nmodule = 'x'\non = 'x'\nfunctions = 'f'",
            'obs.toml: [[wait]] 1, key "functions"',
            "is a text, not a list",
        ),
        ("[[wait]]\nname = 'x'\nmodule = 'x'\non = 'x'", 'obs.toml: [[wait]] 1, key "name"', "is not a setting of obs"),
        ("[http]\nlong_lived = ['events']", 'obs.toml: [http], key "long_lived"', "'events' is not a route"),
        ("[metrics]\nport = 99999", 'obs.toml: [metrics], key "port"', "'99999' is not a port"),
    ],
)
def test_a_wrong_file_is_named_with_the_key(load, text, where, problem):
    found = error(load, text)
    assert (found.where, found.problem) == (where, problem)


def test_bad_toml_is_named_with_its_line(load):
    assert "at line 2, column 8" in str(error(load, "[service]\nname = \n"))


def test_a_file_that_is_not_utf8_is_named_with_its_line(load, tmp_path):
    (tmp_path / "obs.toml").write_bytes(b"[service]\nname = '\xff'\n")
    assert str(error(load)) == "obs.toml: is not UTF-8 (at line 2); save it as UTF-8"


def test_a_file_that_cannot_be_read_is_named(load, tmp_path):
    assert str(error(load, OBS_CONFIG="gone.toml")).startswith("OBS_CONFIG: gone.toml: can't be read (No such file")
    (tmp_path / "obs.toml").mkdir()
    assert "can't be read (Is a directory)" in str(error(load))


def test_pyproject_is_read_where_there_is_no_obs_toml(load, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.obs.service]\nname = "p"\n')
    config = load()
    assert config.service == "p"
    assert dict(config.sources)["service"] == 'pyproject.toml: [tool.obs.service], key "name"'
    assert load('[service]\nname = "o"').service == "o"


def test_a_pyproject_of_others_is_no_description(load, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    assert load().service == "unknown_service"
    (tmp_path / "pyproject.toml").write_text("[tool]\nobs = 3\n")
    assert error(load).where == "pyproject.toml: [tool.obs]"


def test_a_named_file_goes_before_the_others(load, tmp_path):
    (tmp_path / "other.toml").write_text('[service]\nname = "named"\n')
    assert load(DESCRIPTION, OBS_CONFIG="other.toml").service == "named"
    assert load(DESCRIPTION, OBS_CONFIG=str(tmp_path / "other.toml")).service == "named"


def test_every_error_is_found_not_only_the_first(tmp_path):
    (tmp_path / "obs.toml").write_text("[service]\nname = 3\n[[slo]]\n[x]\n")
    config, errors = resolve({"OBS_PORT": "x", "OBS_SLOW": "x", "OBS_XYZ": "1"}, tmp_path)
    assert config is None
    wheres = {error.where for error in errors}
    assert wheres >= {"OBS_PORT", "OBS_SLOW", "OBS_XYZ", "obs.toml: [[slo]] 1", 'obs.toml, key "x"'}
    assert 'obs.toml: [service], key "name"' in wheres


def test_the_first_feature_that_matches_owns(load):
    two = FEATURE + '[[feature]]\nname = "rest"\nteam = "u"\nroutes = ["*"]\njobs = ["*"]\n'
    config = load(two)
    assert config.owner("request", "GET /a").name == "a"
    assert config.owner("request", "GET /b").name == "rest"
    assert config.owner("job", "/a").name == "rest"
    assert load(FEATURE).owner("request", "GET /b") is None


def test_waits_are_named_in_the_order_of_the_file(load):
    config = load(
        """
        [[wait]]
        module = "acme.rpc"
        on = "acme-rpc"
        [[wait]]
        module = "acme.rpc"
        functions = ["Pool", "connect"]
        on = "pool"
        """
    )
    assert config.waits == (Wait("acme.rpc", "acme-rpc", ()), Wait("acme.rpc", "pool", ("Pool", "connect")))
    assert ("waits", "acme.rpc as acme-rpc, acme.rpc as pool", "obs.toml") in config.summary()


def test_a_config_is_frozen_hashable_and_survives_pickle(load):
    config = load(DESCRIPTION, OTEL_EXPORTER_OTLP_HEADERS="a=b")
    assert hash(pickle.loads(pickle.dumps(config))) == hash(config)
    assert pickle.loads(pickle.dumps(config)) == config
    with pytest.raises(AttributeError):
        config.port = 1


def test_the_environment_is_the_default(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OBS_SERVICE", "from-environ")
    assert Config.load().service == "from-environ"


def test_importing_config_reads_nothing_and_stays_light():
    code = """
import sys
import obs.config
heavy = {"tomllib", "difflib", "obs.config.load", "obs.config.settings"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
