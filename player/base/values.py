"""Frozen values: classes as `@dataclass(frozen=True, slots=True)` makes them, in a sixth of its time.

Knows: what dataclasses gives such a class. Touches nothing. Must not: differ from it in anything that is asked of a value; what
it does not know (a field that is no argument, or not compared) it refuses.
Why: dataclasses writes six functions for each class as text and compiles them: 95 of the 150 ms of processor time in which the
daemon loads its modules went there (2026-11-26). Here one is compiled, and the others are shared: to make a value takes half as
long, to compare two up to twice (0.3 us). So this is for the modules with dozens of such classes that the first picture waits
for; elsewhere dataclasses does.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["value"]

PLAIN = {"init": True, "repr": True, "hash": None, "compare": True, "kw_only": False}
"""What a field must say of itself."""
_MADE = object()
"""The default of an argument whose field has a factory."""

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> Any:
        """As `dataclass` with the same words; it takes no others."""
        if not (frozen and slots):
            raise TypeError("a value is frozen and has slots")
        return _make_value


def _make_value(plain: type) -> type:
    plain.__doc__ = plain.__doc__ or plain.__name__  # else dataclasses writes one, and looks at the signature for it
    own = set(vars(plain))
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(plain)
    listed = fields(made)
    for field in listed:
        if any(getattr(field, word) is not said for word, said in PLAIN.items()):
            raise TypeError(f"{made.__name__}.{field.name}: only a plain field is known here")
    names = tuple(field.name for field in listed)
    methods = {
        "__init__": _write_init(made, listed), "__repr__": _repr_of(names), "__setattr__": _refuse_change,
        "__delattr__": _refuse_removal, **_comparison_of(names), **_state_of(names),
    }  # fmt: skip
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _write_init(made: Any, listed: tuple[Field[Any], ...]) -> Any:
    words: dict[str, Any] = {"_MADE": _MADE}
    arguments, lines = ["self"], ["pass"]
    for number, field in enumerate(listed):
        words[f"_set_{number}"] = getattr(made, field.name).__set__
        given = field.name
        if field.default_factory is not MISSING:
            words[f"_make_{number}"] = field.default_factory
            arguments.append(f"{given}=_MADE")
            given = f"_make_{number}() if {given} is _MADE else {given}"
        elif field.default is not MISSING:
            words[f"_default_{number}"] = field.default
            arguments.append(f"{given}=_default_{number}")
        else:
            arguments.append(given)
        lines.append(f"_set_{number}(self, {given})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n ".join(lines)
    found: dict[str, Any] = {}
    exec(f"def __init__({', '.join(arguments)}):\n {body}", words, found)
    init = found["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__annotations__ = {**{field.name: field.type for field in listed}, "return": None}
    return init


def _taker_of(names: tuple[str, ...]) -> Any:
    """What gives the fields of a value as a tuple."""
    match names:
        case ():
            return lambda _value: ()
        case (name,):
            one = attrgetter(name)
            return lambda value: (one(value),)
        case _:
            return attrgetter(*names)


def _comparison_of(names: tuple[str, ...]) -> dict[str, Any]:
    take = _taker_of(names)

    def __eq__(self: Any, other: object) -> Any:
        return take(self) == take(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(take(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _repr_of(names: tuple[str, ...]) -> Any:
    def __repr__(self: Any) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({told})"

    return __repr__


def _state_of(names: tuple[str, ...]) -> dict[str, Any]:
    """For copy and pickle, which else would set attributes."""

    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: list[Any]) -> None:
        for name, one in zip(names, state, strict=True):
            object.__setattr__(self, name, one)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}


def _refuse_change(self: Any, name: str, _one: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
