"""obs.patches: what was replaced comes back exactly, and what others put on top stays."""

import inspect
from types import ModuleType, SimpleNamespace

import pytest

from obs import patches
from obs.patches import Patch


class Base:
    def greet(self, name: str, *, loud: bool = False) -> str:
        """Say hello."""
        return f"hello {name}{'!' if loud else ''}"

    @staticmethod
    def double(n: int) -> int:
        return 2 * n

    @classmethod
    def kind(cls) -> str:
        return cls.__name__


class Child(Base):
    pass


def politely(original):
    def replacement(*args, **kwargs):
        return f"dear {original(*args, **kwargs)}"

    return replacement


def rudely(original):
    return lambda *args, **kwargs: f"oi, {original(*args, **kwargs)}"


@pytest.fixture
def base():
    """A class of its own for each test."""
    return type("Base", (), {k: v for k, v in vars(Base).items() if k not in ("__dict__", "__weakref__")})


def test_a_replacement_works_and_looks_like_the_original(base):
    original = base.greet
    patches.apply([Patch(base, "greet", politely)])
    assert base().greet("Ada", loud=True) == "dear hello Ada!"
    assert (base.greet.__name__, base.greet.__module__, base.greet.__doc__) == ("greet", __name__, "Say hello.")
    assert inspect.signature(base.greet) == inspect.signature(original)


def test_undo_puts_back_the_very_object_in_its_place(base):
    before = list(vars(base).items())
    applied = patches.apply([Patch(base, name, politely) for name in ("greet", "double", "kind")])
    assert list(vars(base).items()) != before
    assert patches.undo(applied) == []
    assert list(vars(base).items()) == before


def test_undo_removes_what_was_inherited():
    applied = patches.apply([Patch(Child, "greet", politely)])
    assert Child().greet("Ada") == "dear hello Ada"
    assert Base().greet("Ada") == "hello Ada"
    patches.undo(applied)
    assert "greet" not in vars(Child)
    assert Child().greet("Ada") == "hello Ada"


def test_a_method_of_an_instance_is_replaced_for_that_instance_only(base):
    one, other = base(), base()
    applied = patches.apply([Patch(one, "greet", politely)])
    assert (one.greet("Ada"), other.greet("Ada")) == ("dear hello Ada", "hello Ada")
    patches.undo(applied)
    assert vars(one) == {}


@pytest.mark.parametrize("cls", [Base, Child])
def test_static_and_class_methods_stay_what_they_are(cls):
    applied = patches.apply([Patch(cls, "double", lambda f: lambda n: f(n) + 1), Patch(cls, "kind", politely)])
    assert (cls.double(2), cls().double(2)) == (5, 5)
    assert (cls.kind(), cls().kind()) == (f"dear {cls.__name__}",) * 2
    patches.undo(applied)
    assert (cls.double(2), cls.kind()) == (4, cls.__name__)


def test_one_name_patched_twice_in_a_table_is_undone_in_reverse(base):
    before = dict(vars(base))
    applied = patches.apply([Patch(base, "greet", politely), Patch(base, "greet", rudely)])
    assert base().greet("Ada") == "oi, dear hello Ada"
    assert patches.undo(applied) == []
    assert dict(vars(base)) == before


def test_a_patch_that_fails_undoes_those_before_it(base):
    before = dict(vars(base))
    with pytest.raises(AttributeError, match="nothing_here"):
        patches.apply([Patch(base, "greet", politely), Patch(base, "nothing_here", politely)])
    assert dict(vars(base)) == before


@pytest.mark.parametrize("make", [politely, rudely, lambda f: lambda self, name, p="x", *, k="y": f(self, p + k)])
def test_what_somebody_put_on_top_stays_and_ours_passes_through(base, make, caplog):
    ours = patches.apply([Patch(base, "greet", make)])
    theirs = patches.apply([Patch(base, "greet", rudely)])
    on_top = base.greet
    assert patches.undo(ours) == [f"{base.__module__}.Base.greet"]
    assert base.greet is on_top
    assert base().greet("Ada", loud=True) == "oi, hello Ada!"
    assert "Base.greet" in caplog.text
    patches.undo(theirs)
    assert base().greet("Ada") == "hello Ada"


def test_a_call_under_way_when_ours_becomes_a_pass_through_ends_as_it_began(base):
    def make(original):
        def greet(self, name):
            said = original(self, name)
            patches.undo(ours)
            return f"dear {said}"

        return greet

    ours = patches.apply([Patch(base, "greet", make)])
    patches.apply([Patch(base, "greet", rudely)])
    assert base().greet("Ada") == "oi, dear hello Ada"
    assert base().greet("Ada") == "oi, hello Ada"


def test_what_somebody_put_back_or_removed_is_left_so(base):
    original = base.greet
    applied = patches.apply([Patch(base, "greet", politely), Patch(Child, "greet", politely)])
    base.greet = original
    del Child.greet
    assert patches.undo(applied) == []
    assert base.greet is original
    assert "greet" not in vars(Child)


def test_undoing_twice_is_harmless(base):
    applied = patches.apply([Patch(base, "greet", politely)])
    patches.undo(applied)
    assert patches.undo(applied) == []
    assert base().greet("Ada") == "hello Ada"


def test_an_owner_that_refuses_does_not_keep_the_others(base, monkeypatch):
    class Refusing(type):
        refuse = False

        def __setattr__(cls, name, value):
            if Refusing.refuse:
                raise TypeError("frozen")
            super().__setattr__(name, value)

    frozen = Refusing("Frozen", (), {"greet": Base.greet})
    before = dict(vars(base))
    applied = patches.apply([Patch(base, "greet", politely), Patch(frozen, "greet", politely)])
    Refusing.refuse = True
    patches.undo(applied)
    assert dict(vars(base)) == before


def test_a_patch_is_named_by_where_it_is():
    module = ModuleType("somewhere")
    assert str(Patch(module, "f", politely)) == "somewhere.f"
    assert str(Patch(Base, "greet", politely)) == f"{__name__}.Base.greet"
    assert str(Patch(SimpleNamespace(), "f", politely)) == "types.SimpleNamespace.f"
