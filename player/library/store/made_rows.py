"""Items that are made: from a line of a playlist to the rows of its pages and films, and those rows for another region.

Knows: how long each page stays, what it is called. Touches nothing. Must not: make anything (renditions/maker.py does).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from player.core.kinds import traits_of
from player.library.content.draft import Line
from player.library.content.rows import Row
from player.library.renditions.recipes import Canvas, Made, MakeRequest, NotMade, Origin, Recipe, Rendition, Wanted
from player.library.store.record import Record, item_row
from player.library.vetting.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Renditions:
    """What was made so far, and for which region."""

    canvas: Canvas
    made: Mapping[Wanted, Made]

    def of(self, asked: MakeRequest, digest: str) -> list[tuple[Wanted, Sequence[Rendition]]] | NotMade | None:
        """Everything that a line asks for; None: some of it is not made yet."""
        all_wanted = asked.wanted(digest, self.canvas)
        if isinstance(all_wanted, NotMade):
            return all_wanted
        found: list[tuple[Wanted, Sequence[Rendition]]] = []
        for wanted in all_wanted:
            made = self.made.get(wanted)
            if made is None or isinstance(made, NotMade):
                return made
            found.append((wanted, made))
        return found


NOTHING_MADE = Renditions(Canvas(0, 0), {})


def asked_by(line: Line, verdict: Verdict, image_seconds: float) -> MakeRequest | None:
    """What the line asks of its file; None: the file is shown as it is."""
    if verdict.recipe is None:
        return None
    return MakeRequest(verdict.recipe, verdict.pages, line.pages, line.entry.seconds, image_seconds, verdict.length_s)


def origin_rows(origin: Origin, made: Sequence[Rendition], image_seconds: float, options: Row) -> Iterator[Row]:
    """A row for each piece that was made. options: what the line says of title, volume, fit and times."""
    for piece, rendition in enumerate(made):
        own_end = traits_of(rendition.kind).ends_by_itself
        show_s = None if own_end else origin.seconds or rendition.show_s or image_seconds
        wanted = Origin(origin.wanted, piece, origin.name, origin.numbered, origin.seconds)
        path = origin.path_of(piece, len(made))
        yield item_row(path, rendition.digest, stream=False, show_s=show_s, made=wanted.pack(), **options)


def add_renditions(record: Record, made: Sequence[Rendition]) -> None:
    for one in made:
        record.media.setdefault(one.digest, [one.kind, one.size_bytes, one.width, one.height, one.length_s])


def line_rows(
    record: Record, line: Line, name: str, asked: MakeRequest, made: Sequence[tuple[Wanted, Sequence[Rendition]]],
    image_seconds: float, options: Row,
) -> list[Row]:  # fmt: skip
    """The rows of everything that was made for one line; the renditions become media of the record."""
    rows: list[Row] = []
    numbered = asked.recipe is Recipe.DOCUMENT and asked.pages > 1
    for wanted, renditions in made:
        add_renditions(record, renditions)
        rows += origin_rows(Origin(wanted, 0, name, numbered, asked.seconds), renditions, image_seconds, options)
    return rows


def is_outdated(record: Record, canvas: Canvas) -> bool:
    """Whether something in the record was made for another region, or by an earlier version's way of making it."""
    return any(
        origin.wanted != origin.wanted.on(canvas)
        for rows in record.playlists.values()
        for row in rows
        if (origin := origin_of(row)) is not None
    )


def _remake_rows(
    record: Record, rows: Sequence[Row], canvas: Canvas, make: Callable[[Wanted], Made], image_seconds: float
) -> list[Row]:
    """The rows as they are for `canvas`; what cannot be made anew stays as it is."""
    remade: list[Row] = []
    kept_group = False
    for row in rows:
        origin = origin_of(row)
        if origin is not None and origin.piece:
            remade += [row] if kept_group else []
            continue
        made = make(origin.wanted.on(canvas)) if origin is not None else None
        kept_group = origin is None or made is None or isinstance(made, NotMade)
        if origin is None or made is None or isinstance(made, NotMade):
            remade.append(row)
            continue
        add_renditions(record, made)
        new = Origin(origin.wanted.on(canvas), 0, origin.name, origin.numbered, origin.seconds)
        remade += origin_rows(new, made, image_seconds, _options_of(row))
    return remade


def canvas_of(record: Record) -> Canvas | None:
    """The one for which the record was made; None: nothing in it was made."""
    origins = (origin_of(row) for rows in record.playlists.values() for row in rows)
    return next((origin.wanted.canvas for origin in origins if origin is not None), None)


def remake(record: Record, canvas: Canvas, make: Callable[[Wanted], Made], image_seconds: float) -> Record:
    """The same release for another region: its items are made anew, and what no item needs any more is let go."""
    remade = replace(record, media=dict(record.media))
    remade.playlists = {
        name: _remake_rows(remade, rows, canvas, make, image_seconds) for name, rows in record.playlists.items()
    }
    needed = {digest for rows in remade.playlists.values() for row in rows for digest in digests_of(row)}
    remade.media = {digest: row for digest, row in remade.media.items() if digest in needed}
    return remade


def digests_of(row: Row) -> Iterator[str]:
    """The media that the item needs: what is shown, and what that was made from."""
    if "sha256" in row:
        yield row["sha256"]
    if (origin := origin_of(row)) is not None:
        yield origin.wanted.digest


def origin_of(row: Row) -> Origin | None:
    """Raises ValueError."""
    return Origin.unpack(row["made"]) if "made" in row else None


def _options_of(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("path", "sha256", "show_s", "made")}
