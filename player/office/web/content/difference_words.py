"""A difference in sentences, in the reader's language: what changes, when it is seen, and where.

Knows: the words. Touches nothing. Must not: compare anything (differences.py does).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from player.base.clocks import local
from player.core.model import DEFAULT_PLAYLIST
from player.office.web.content.differences import Difference, ItemChange, MomentChange, PlaylistChange
from player.office.web.words import plural, t
from player.office.web.words.moments import spell_bytes, spell_clock, spell_day

NAMED = 3
"""So many items are told by their names; more are counted."""


def sentences_of(difference: Difference, language: str) -> list[str]:
    """What publishing does, the most visible first; each sentence stands by itself."""
    said = [_moment(language, moment, difference) for moment in difference.moments]
    for change in difference.playlists:
        said += _playlist(language, change, difference)
    if difference.ticker is not None:
        before, after = difference.ticker
        said.append(
            t(language, "The running text ends") if not after
            else t(language, "A running text begins: {text}", text=" · ".join(after)) if not before
            else t(language, "The running text changes: {text}", text=" · ".join(after))
        )  # fmt: skip
    if not difference.is_seen:
        said.append(t(language, "Nothing on any screen changes within the coming 14 days"))
    if difference.bytes_to_copy:
        size = spell_bytes(language, difference.bytes_to_copy)
        said.append(
            t(language, "Each panel fetches {size}; it goes on with what it has until all of it is there", size=size)
        )
    return said


def playlist_name(language: str, name: str | None) -> str:
    """As people call it; None: the screen is dark on purpose."""
    if name is None:
        return t(language, "planned darkness")
    return t(language, "the main playlist") if name == DEFAULT_PLAYLIST else name


def _moment(language: str, change: MomentChange, difference: Difference) -> str:
    begins, ends = local(change.begins, difference.zone), local(change.ends, difference.zone)
    before, after = playlist_name(language, change.before), playlist_name(language, change.after)
    hours = {
        "begins": spell_clock(language, begins),
        "ends": spell_clock(language, ends),
        "before": before,
        "after": after,
    }
    day = spell_day(language, begins.date())
    if change.repeats:
        last = spell_day(language, local(change.repeats[-1], difference.zone).date())
        return t(
            language, "On {n} days from {day} to {last}, {begins} to {ends}: {after} instead of {before}",
            n=len(change.repeats) + 1, day=day, last=last, **hours,
        )  # fmt: skip
    if begins.date() == ends.date():
        return t(language, "{day}, {begins} to {ends}: {after} instead of {before}", day=day, **hours)
    last = spell_day(language, ends.date())
    return t(
        language, "From {day}, {begins} until {last}, {ends}: {after} instead of {before}", day=day, last=last, **hours
    )


def _playlist(language: str, change: PlaylistChange, difference: Difference) -> Iterator[str]:
    name = playlist_name(language, change.name)
    if change.gone:
        yield t(language, "{name} is no more", name=_capital(name))
        return
    if change.made:
        yield t(language, "{name} is new", name=_capital(name))
    for item, days in zip(change.added, change.days, strict=True) if len(change.added) <= NAMED else ():
        yield _added(language, item, name, *days)
    if len(change.added) > NAMED:
        yield plural(language, len(change.added), "{n} item comes into {name}", "{n} items come into {name}", name=name)
    for item in change.dropped[:NAMED] if len(change.dropped) <= NAMED else ():
        yield t(language, "{item} leaves {name}", item=item, name=name)
    if len(change.dropped) > NAMED:
        yield plural(language, len(change.dropped), "{n} item leaves {name}", "{n} items leave {name}", name=name)
    if change.moved:
        yield plural(language, change.moved, "{n} item of {name} has another place", "{n} items of {name} have other places",
                     name=name)  # fmt: skip
    for one in change.changed[: 2 * NAMED]:
        yield _item(language, one, name)
    if len(change.changed) > 2 * NAMED:
        yield t(language, "and {n} more changes of items in {name}", n=len(change.changed) - 2 * NAMED, name=name)
    yield _seen(language, change.plays, name, difference)


def _added(language: str, item: str, name: str, begins: str, ends: str) -> str:
    first, last = _value(language, "begins", begins), _value(language, "ends", ends)
    if begins and ends:
        return t(
            language, "{item} comes into {name}, from {first} to {last}", item=item, name=name, first=first, last=last
        )
    if begins:
        return t(language, "{item} comes into {name}, from {first} on", item=item, name=name, first=first)
    if ends:
        return t(language, "{item} comes into {name}, until {last}", item=item, name=name, last=last)
    return t(language, "{item} comes into {name}", item=item, name=name)


def _item(language: str, change: ItemChange, name: str) -> str:
    if change.field == "content":
        return t(
            language, "{item} in {name} is another film or picture under the same name", item=change.item, name=name
        )
    before, after = (_value(language, change.field, value) for value in (change.before, change.after))
    what = _field(language, change.field)
    return t(
        language, "{item} in {name}: {what} {before} becomes {after}", item=change.item, name=name, what=what, before=before,
        after=after,
    )  # fmt: skip


def _value(language: str, field: str, value: str) -> str:
    """A moment as people write it; midnight is the beginning of a day, and as an end the end of the day before."""
    if not value:
        return t(language, "not said")
    if field not in ("begins", "ends"):
        return value
    moment = datetime.fromisoformat(value)
    if (moment.hour, moment.minute) != (0, 0):
        return f"{spell_day(language, moment.date())}, {spell_clock(language, moment)}"
    return spell_day(language, (moment - timedelta(days=field == "ends")).date())


def _field(language: str, field: str) -> str:
    match field:
        case "seconds":
            return t(language, "its seconds:")
        case "volume":
            return t(language, "its volume:")
        case "fit":
            return t(language, "how it fills the screen:")
        case "begins":
            return t(language, "shown from:")
        case "ends":
            return t(language, "shown until:")
        case "title":
            return t(language, "its title:")
        case _:
            return t(language, "its pages:")


def _seen(language: str, plays: datetime | None, name: str, difference: Difference) -> str:
    if plays is None:
        return t(language, "{name} is not on screen within the coming 14 days", name=_capital(name))
    there = local(plays, difference.zone)
    return t(
        language, "{name} is on screen from {day}, {clock}, as soon as a panel has all of it", name=_capital(name),
        day=spell_day(language, there.date()), clock=spell_clock(language, there),
    )  # fmt: skip


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:] if name.startswith(("the ", "planned ", "daftar ")) else name
