"""Whose a sample is by its own stack, and how a profiler's labels are judged by that."""

from benchmarks.profiler.truth import Labelled, endpoint, score

SEARCH = ("run", "handle", "/app.py view_search", "compute")


def labelled(*labels, functions=SEARCH, weight=1.0):
    return Labelled(functions, frozenset(labels), weight)


def test_the_views_name_in_the_stack_says_whose_it_is():
    assert endpoint(SEARCH) == "GET /search"
    assert endpoint(("run", "child_of_fan", "compute")) == "GET /fan"
    assert endpoint(("run", "compute")) is None


def test_shares_are_by_weight_and_of_samples_inside_an_endpoint_only():
    found = score(
        [
            labelled("GET /search", weight=6),
            labelled("GET /fan", weight=1),
            labelled(weight=2),
            labelled("GET /search", "GET /fan", weight=1),
            labelled("GET /fan", functions=("poll",), weight=100),
            labelled("GET /fan", weight=0),
        ]
    )
    assert found == (0.6, 0.1, 0.2, 0.1, 4)


def test_no_samples_are_no_score():
    assert score([]) == (0.0, 0.0, 0.0, 0.0, 0)
