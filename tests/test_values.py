"""`values.dataclass` makes what `dataclasses.dataclass` makes: the same class is made by both, and asked the same."""

import copy
import dataclasses
import pickle
from collections import Counter

import pytest

from faultlog import values
from faultlog.model import Instant

FROZEN = {"frozen": True, "slots": True}
MAKERS = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, values.dataclass], ids=["library", "values"])


def point(dataclass, **options):
    class Point:
        """A class with all that a field can be."""

        x: int
        y: int = 2
        seen: Counter = dataclasses.field(default_factory=Counter, compare=False)
        length: int = dataclasses.field(init=False, default=7, repr=False)
        sums: list = dataclasses.field(init=False, default_factory=list)

        def __post_init__(self):
            self.sums.append(self.x + self.y)

    Point.__qualname__ = "Point"
    return dataclass(**options)(Point)


@MAKERS
def test_values_are_made_shown_and_compared(dataclass):
    made = point(dataclass, **FROZEN)
    one = made(1, seen=Counter("a"))
    assert repr(one) == "Point(x=1, y=2, seen=Counter({'a': 1}), sums=[3])"
    assert (one.length, one.sums, made(5).seen) == (7, [3], Counter())
    assert one == made(x=1, y=2)
    assert one != made(2)
    assert one != (1, 2, 7, [3])
    assert dataclasses.replace(one, y=5).sums == [6]
    assert made.__match_args__ == ("x", "y", "seen")
    assert not hasattr(one, "__dict__")


@MAKERS
@pytest.mark.parametrize("args", [(), (1, 2, Counter(), 7)], ids=["too few", "too many"])
def test_what_does_not_fit_is_refused(dataclass, args):
    with pytest.raises(TypeError):
        point(dataclass, **FROZEN)(*args)
    with pytest.raises(TypeError):
        point(dataclass, **FROZEN)(1, length=3)


@MAKERS
def test_a_frozen_value_stays_as_it_is(dataclass):
    one = point(dataclass, **FROZEN)(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="x"):
        one.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="x"):
        del one.x
    assert one.x == 1


@MAKERS
@pytest.mark.parametrize("options", [FROZEN, {"slots": True}], ids=["frozen", "open"])
def test_values_are_copied(dataclass, options):
    one = point(dataclass, **options)(1, seen=Counter("a"))
    twin = copy.deepcopy(one)
    assert (twin, twin.seen, twin.length) == (one, one.seen, 7)
    assert twin.seen is not one.seen
    assert copy.copy(one).seen is one.seen


def test_a_value_is_pickled():
    moment = Instant.of("2026-03-03T12:00:00.5Z")
    assert pickle.loads(pickle.dumps(moment)) == moment  # noqa: S301 (our own bytes)


@MAKERS
def test_keywords_alone_may_be_asked_for(dataclass):
    class Named:
        x: int = 1
        y: int

    made = dataclass(frozen=True, slots=True, kw_only=True)(Named)
    assert (made(y=2).x, made(y=2).y) == (1, 2)
    with pytest.raises(TypeError):
        made(1, 2)
    with pytest.raises(TypeError):
        made()


@MAKERS
def test_what_may_change_has_no_hash_unless_it_is_only_itself(dataclass):
    one = point(dataclass, slots=True)(1)
    one.x = 2
    assert one.x == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    itself = point(dataclass, slots=True, eq=False)
    assert itself(1) != itself(1)
    assert isinstance(hash(itself(1)), int)


@MAKERS
def test_frozen_values_are_hashed_and_ordered_by_their_fields(dataclass):
    class Single:
        at: int

    made = dataclass(frozen=True, slots=True, order=True)(Single)
    assert hash(made(1)) == hash(made(1)) == hash((1,))
    assert len({made(1), made(1), made(2)}) == 2
    assert sorted([made(2), made(1)]) == [made(1), made(2)]
    assert made(1) < made(2) <= made(2)
    assert made(2) > made(1) >= made(1)
    with pytest.raises(TypeError):
        made(1) < 1  # noqa: B015


@MAKERS
def test_a_class_without_fields_and_one_that_holds_itself(dataclass):
    class Nothing:
        pass

    class Nest:
        inner: list

    Nest.__qualname__ = "Nest"
    nothing = dataclass(**FROZEN)(Nothing)
    assert nothing() == nothing()
    nest = dataclass(slots=True)(Nest)([])
    nest.inner.append(nest)
    assert repr(nest) == "Nest(inner=[...])"


@MAKERS
def test_a_value_may_have_fields_of_any_name_and_those_of_the_class_it_is_made_from(dataclass):
    class Base:
        x: int

    base = dataclass(slots=True, frozen=True)(Base)

    class Odd(base):
        set_x: int
        missing: int = 1
        made_y: int = 2
        y: list = dataclasses.field(default_factory=list)

    made = dataclass(slots=True, frozen=True)(Odd)
    one = made(1, 2, 3)
    assert (one.x, one.set_x, one.missing, one.made_y, one.y) == (1, 2, 3, 2, [])
    assert one != base(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def odd_classes():
    class Shows:
        x: int

        def __repr__(self):
            return "mine"

    class Takes:
        x: dataclasses.InitVar[int]

    class Hashes:
        x: int = dataclasses.field(hash=False)

    class Thaws(values.dataclass(frozen=True, slots=True)(type("Frozen", (), {"__annotations__": {"x": int}}))):
        y: int

    return [Shows, Takes, Hashes, Thaws]


@pytest.mark.parametrize("cls", odd_classes(), ids=lambda cls: cls.__name__)
def test_what_the_library_would_make_otherwise_is_refused(cls):
    with pytest.raises(TypeError):
        values.dataclass(slots=True)(cls)
