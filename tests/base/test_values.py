"""Frozen values are what dataclasses would have made of them, in everything that is asked of a value."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field
from types import ModuleType
from typing import Any

import pytest

from player.base.values import value
from player.core import effects, events, model, state
from player.screen.decoder import protocol


def values_of(module: ModuleType) -> list[Any]:
    """The classes that `value` made there; dataclasses wrote no __init__ for them."""
    found: list[Any] = [one for one in vars(module).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
    own = [one for one in found if one.__module__ == module.__name__ and "__init__" in vars(one)]
    return [one for one in own if not one.__dataclass_params__.init]


VALUES = [one for module in (effects, events, model, state, protocol) for one in values_of(module)]


def twin_of(kind: Any) -> Any:
    """What dataclasses makes of the same fields."""
    listed = [
        (one.name, one.type, field(default=one.default, default_factory=one.default_factory))
        for one in dataclasses.fields(kind)
    ]
    twin: Any = dataclasses.make_dataclass(kind.__name__, listed, frozen=True, slots=True)
    twin.__qualname__ = kind.__qualname__
    return twin


def arguments_of(kind: Any) -> list[tuple[str, Any, Any, Any]]:
    """Each with its default, but for one that is made each time."""
    made = {one.name for one in dataclasses.fields(kind) if one.default_factory is not dataclasses.MISSING}
    return [
        (one.name, one.kind, one.annotation, "made" if one.name in made else one.default)
        for one in inspect.signature(kind).parameters.values()
    ]


def fill(kind: Any, first: int = 0) -> Any:
    return kind(*(first + number for number in range(len(dataclasses.fields(kind)))))


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_a_value_is_what_dataclasses_would_make(kind: Any) -> None:
    """Arguments, defaults, text, comparison, number for sets, slots, patterns, and what changing it says."""
    twin = twin_of(kind)
    assert arguments_of(kind) == arguments_of(twin)
    assert kind.__match_args__ == twin.__match_args__
    assert kind.__slots__ == twin.__slots__
    one, other = fill(kind), fill(twin)
    assert repr(one) == repr(other)
    assert hash(one) == hash(other)
    assert one == fill(kind)
    assert (one != fill(kind)) is False
    assert one != other  # another class
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    if names := kind.__match_args__:
        assert one != fill(kind, 1)
        assert dataclasses.replace(one, **{names[-1]: "new"}) == kind(*range(len(names) - 1), "new")
        for change in (setattr, delattr):
            words = (names[0], 1) if change is setattr else (names[0],)
            told = []
            for on in (one, other):
                with pytest.raises(FrozenInstanceError) as refusal:
                    change(on, *words)
                told.append(str(refusal.value))
            assert told[0] == told[1]
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    assert dataclasses.asdict(one) == dataclasses.asdict(fill(kind))  # nothing has changed it


def test_there_are_as_many_as_the_first_picture_waits_for() -> None:
    """The daemon's own modules with dozens of classes use it."""
    assert len(VALUES) > 100


def test_a_default_that_is_made_is_made_for_each() -> None:
    """A factory is called once for each value, and not where the field is given."""

    @value(frozen=True, slots=True)
    class Bag:
        name: str
        things: list[int] = field(default_factory=list)

    one, other = Bag("a"), Bag("b")
    assert one.things == [] == other.things
    assert one.things is not other.things
    given: list[int] = []
    assert Bag("c", given).things is given
    with pytest.raises(TypeError):
        Bag()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        hash(one)  # as a list has none


def test_methods_of_its_own_and_a_base_stay() -> None:
    """What a class writes itself is not written over; fields of a base come first."""

    @value(frozen=True, slots=True)
    class Base:
        number: int

        def __repr__(self) -> str:
            return "a base"

    @value(frozen=True, slots=True)
    class Further(Base):
        more: int = 2

        def __post_init__(self) -> None:
            if self.more > 9:
                raise ValueError("too much")

    assert repr(Base(1)) == "a base"
    assert (Further(1).number, Further(1).more) == (1, 2)
    with pytest.raises(ValueError, match="too much"):
        Further(1, 10)


ODD: tuple[Any, ...] = (
    field(default=0, init=False), field(default=0, repr=False), field(default=0, compare=False), field(default=0, kw_only=True),
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_a_field_that_is_not_plain_is_refused(odd: Any) -> None:
    """It would be treated as a plain one; dataclasses knows what to do with it."""
    with pytest.raises(TypeError, match=r"Odd\.number"):

        @value(frozen=True, slots=True)
        class Odd:
            number: int = odd


def test_only_a_frozen_value_with_slots_is_made() -> None:
    """Other words are dataclasses' business."""
    with pytest.raises(TypeError):

        @value(frozen=True, slots=False)
        class Loose:
            number: int


def test_pattern_matching_takes_it_apart() -> None:
    """As `match` in the director does."""
    match events.StageOpened(640, 360, (0, 0, 640, 360)):
        case events.StageOpened(width, height):
            assert (width, height) == (640, 360)
        case _:
            pytest.fail("it does not match")


def test_dataclasses_own_takes_one_as_a_field() -> None:
    """A value inside a dataclass is copied with it."""

    @dataclass(frozen=True)
    class Outer:
        inner: protocol.StartOrder

    assert dataclasses.asdict(Outer(protocol.StartOrder(1, 2))) == {"inner": {"play": 1, "volume": 2}}
