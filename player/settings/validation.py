"""The settings checked: pydantic models made from the plain values of settings/models.py, so that nothing is written twice.

Knows: how each mark of an annotation (settings/marks.py) is said to pydantic; that PANEL__* variables stand above the file.
Touches: the environment, when settings are checked. Must not: name a setting, or be loaded where settings are known already.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from player.settings.marks import Checked, Named, NumberOrList, Pattern, Range, Read
from player.settings.models import Settings


class CheckedSection(BaseModel):
    """A section of the file. An unknown name is an error. plain: the class in settings/models.py."""

    plain: ClassVar[Any] = None
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _as_a_whole(self) -> CheckedSection:
        said = getattr(self.plain, "fault", None)
        if said is not None and (fault := said(_to_plain(self))):
            raise ValueError(fault)
        return self


def check(tables: dict[str, Any]) -> Settings:
    """The tables of a settings file, with the environment above them. Raises pydantic's ValidationError."""
    settings: Settings = _to_plain(MODEL(**tables))
    return settings


def _to_plain(value: Any) -> Any:
    if isinstance(value, CheckedSection | CheckedSettings):
        names = type(value).model_fields
        return value.plain(**{name: _to_plain(getattr(value, name)) for name in names})
    return tuple(map(_to_plain, value)) if isinstance(value, tuple) else value


def _number_or_list(value: object) -> Literal["number", "list"]:
    return "list" if isinstance(value, list | tuple) else "number"


def _checked(kind: Any) -> Any:
    """An annotation of a setting as pydantic understands it."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        checked = _checked(inside[0])
        for mark in inside[1:]:
            checked = _marked(checked, mark)
        return checked
    if origin in (Union, UnionType):
        return Union[tuple(_checked(each) for each in inside)]  # noqa: UP007  # made of a list
    if origin is tuple:
        return tuple[tuple(each if each is ... else _checked(each) for each in inside)]  # type: ignore[misc]
    return _model_of(kind, CheckedSection) if isinstance(kind, type) and is_dataclass(kind) else kind


def _marked(kind: Any, mark: Any) -> Any:
    match mark:
        case Range(at_least, above, at_most):
            limits = {"ge": at_least, "gt": above, "le": at_most}
            given: dict[str, Any] = {name: limit for name, limit in limits.items() if limit is not None}
            return Annotated[kind, Field(**given)]
        case Pattern(text):
            return Annotated[kind, Field(pattern=text)]
        case Read(function):
            return Annotated[kind, BeforeValidator(function)]
        case Checked(function):
            return Annotated[kind, AfterValidator(function)]
        case Named(name):
            return Annotated[kind, Field(alias=name)]
        case NumberOrList():
            number, many = get_args(kind)
            return Annotated[
                Annotated[number, Tag("number")] | Annotated[many, Tag("list")], Discriminator(_number_or_list)
            ]
    raise TypeError(f"no mark of a setting: {mark!r}")


@cache
def _model_of(plain: Any, base: type[CheckedSection | CheckedSettings]) -> Any:
    kinds = get_type_hints(plain, include_extras=True)
    given: dict[str, Any] = {
        field.name: (_checked(kinds[field.name]), ... if field.default is MISSING else _default(field.default))
        for field in dataclasses.fields(plain)
    }
    model: Any = create_model(plain.__name__, __base__=base, __doc__=plain.__doc__, **given)
    model.plain = plain
    return model


def _default(value: Any) -> Any:
    """Of a section: its model's own defaults."""
    if is_dataclass(value) and not isinstance(value, type):
        return _model_of(type(value), CheckedSection)()
    return value


class CheckedSettings(BaseSettings):
    """The whole file, with the environment above it."""

    plain: ClassVar[Any] = None
    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="PANEL__", env_nested_delimiter="__")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return EnvSettingsSource(settings_cls), init_settings


MODEL = _model_of(Settings, CheckedSettings)
"""All the settings, by the names of the file."""
