"""Sets of instants."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accounting.intervals import both, length, minus, union

intervals = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def instants(of):
    return {instant for begin, end in of for instant in range(begin, end)}


@given(intervals)
def test_a_union_has_every_instant_once_and_in_order(some):
    merged = union(some)
    assert instants(merged) == instants(some)
    assert length(merged) == len(instants(some))
    assert all(a[1] < b[0] for a, b in pairwise(merged))


@given(intervals, intervals)
def test_difference_and_overlap_are_those_of_the_instants(these, those):
    these, those = union(these), union(those)
    assert instants(minus(these, those)) == instants(these) - instants(those)
    assert instants(both(these, those)) == instants(these) & instants(those)
    assert length(both(these, those)) == len(instants(these) & instants(those))
