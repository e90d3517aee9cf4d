"""Whom an urgent message reaches: all panels, groups, single ones; and how large their screens are.

Knows: how a choice is written in the form, which size a panel tells. Pure: touches nothing.
Must not: believe a size: a panel may say anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from player.office.fleet import Panel

ALL = "all"
GROUP = "group:"
LEAST_PX, MOST_PX = 16, 16_384
MOST_PIXELS = 7680 * 4320
"""An 8K screen; what is larger is no panel's size."""


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """A box that can be ticked. value: as the form sends it. names: the panels that it means."""

    value: str
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """Panels with the same size, by name. width, height: as people see the screen. width 0: they have not told their size."""

    width: int
    height: int
    names: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        return self.width > 0


@dataclass(frozen=True, slots=True)
class PanelChoices:
    """everybody: all panels heard of. groups: as the panels tell them. single: each panel."""

    everybody: PanelChoice
    groups: tuple[PanelChoice, ...]
    single: tuple[PanelChoice, ...]

    def meant(self, to: Iterable[str]) -> tuple[str, ...]:
        """The panels that these choices mean, by name, each once; what is no choice means nobody."""
        known = {each.value: each.names for each in (self.everybody, *self.groups, *self.single)}
        return tuple(sorted({name for value in to for name in known.get(value, ())}))


def list_choices(panels: Sequence[Panel]) -> PanelChoices:
    names = tuple(sorted(panel.name for panel in panels))
    groups: dict[str, list[str]] = {}
    for panel in sorted(panels, key=lambda each: each.name):
        for group in panel.groups:
            groups.setdefault(group, []).append(panel.name)
    return PanelChoices(
        PanelChoice(ALL, ALL, names),
        tuple(PanelChoice(f"{GROUP}{name}", name, tuple(members)) for name, members in sorted(groups.items())),
        tuple(PanelChoice(name, name, (name,)) for name in names),
    )


def screen_size(panel: Panel) -> tuple[int, int]:
    """The pixels that the panel draws on, as people see them; (0, 0): it has not told them, or tells none that can be."""
    screen = panel.health.screen if panel.health else None
    if screen is None:
        return 0, 0
    width, height = screen.region[2:] if screen.region else (screen.width or 0, screen.height or 0)
    sides_are_right = all(LEAST_PX <= side <= MOST_PX for side in (width, height))
    if not sides_are_right or width * height > MOST_PIXELS:
        return 0, 0
    return (height, width) if screen.rotation in (90, 270) else (width, height)


def group_by_size(names: Sequence[str], panels: Iterable[Panel]) -> tuple[ScreenSize, ...]:
    """The largest first; those whose size is not known last."""
    known = {panel.name: panel for panel in panels}
    found: dict[tuple[int, int], list[str]] = {}
    for name in names:
        found.setdefault(screen_size(known[name]) if name in known else (0, 0), []).append(name)
    ordered = sorted(found.items(), key=lambda each: (-each[0][0] * each[0][1], each[0]))
    return tuple(ScreenSize(*size, tuple(some)) for size, some in ordered)
