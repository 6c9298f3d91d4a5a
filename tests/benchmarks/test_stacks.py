"""Every stack is the same service: what observes it changes no answer."""

import pytest

from benchmarks.harness import BenchmarkError, Child
from benchmarks.in_process import child_environ
from benchmarks.stacks import STACKS, named, select


def answers(stack):
    with child_environ(stack) as environ, Child("benchmarks.stacks.process", stack.name, environ=environ) as child:
        return child.ask(answers=True)["answers"]


@pytest.fixture(scope="module")
def bare():
    return answers(named("bare"))


def test_the_service_answers_each_route(bare):
    assert [answer["status"] for answer in bare] == ["200 OK", "201 CREATED", "200 OK"]


@pytest.mark.parametrize("stack", STACKS[1:], ids=lambda stack: stack.name)
def test_a_stack_answers_as_bare_does(stack, bare):
    assert answers(stack) == bare


def test_a_round_says_what_it_cost():
    with Child("benchmarks.stacks.process", "bare", environ={}) as child:
        cost = child.ask(requests=3)
    assert cost["cpu_ns"] > 0
    assert cost["wall_ns"] > 0
    assert len(cost["collections"]) == 3


def test_selecting_nothing_is_selecting_all():
    assert select([]) == STACKS


def test_a_family_stands_for_its_stacks_and_bare_is_always_there():
    assert [stack.name for stack in select(["obs", "hand"])] == ["bare", "obs-0", "obs-1", "obs-100", "hand"]


def test_a_name_that_is_no_stack_is_refused_with_the_list():
    with pytest.raises(BenchmarkError, match=r"'flask'; there are bare, obs-0"):
        select(["flask"])
