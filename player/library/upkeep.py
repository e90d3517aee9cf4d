"""What the library's thread does for the store beside the folder: what got lost, what has grown old, what nobody needs.

Knows: which blobs of the folder's release are lost, when each calendar was expanded last, when to clear up.
Touches: the store. Must not: look at the folder, or decide what plays.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime

from player.base.zones import zone_called
from player.bundle.source import Source
from player.core.model import Release
from player.library.content.draft import CALENDAR_NAME
from player.library.content.rows import window_row
from player.library.renditions.maker import RenditionMaker
from player.library.renditions.recipes import Canvas
from player.library.store.copying import NotVetted, StoreFull
from player.library.store.made_rows import is_outdated, remake
from player.library.store.record import Record, release_of
from player.library.store.workshop import Workshop
from player.library.vetting.occurrences import read_calendar
from player.library.vetting.verdicts import VettingFailed

log = logging.getLogger(__name__)

COLLECT_AFTER_S = 60.0
"""The release before may still be cued or on screen for a moment after another one was adopted."""

RENEW_AGAIN_S = 600.0
"""From a day on which the machine could not expand a calendar to the next try; two months are expanded ahead."""


class Upkeep:
    """Of the whole store; `source` is the one whose lost blobs are copied again. Not thread-safe."""

    def __init__(
        self,
        workshop: Workshop,
        source: Source,
        clock: Callable[[], datetime],
        post: Callable[[Release], None],
    ) -> None:
        """clock: the wall clock, aware. post: told of every release that is adopted or changed."""
        self._workshop = workshop
        self._source = source
        self._clock = clock
        self._post = post
        self._collect_at: float | None = time.monotonic() + COLLECT_AFTER_S
        self._lost: dict[Source, set[str]] = {}
        self._renew_at = -math.inf
        self._remake_at = -math.inf
        self._fitted: dict[Source, tuple[int, Canvas]] = {}
        self._renewed: dict[Source, tuple[int, date]] = {}

    def audit(self) -> bool:
        """Looks for what a disk that lied, or a hand, took away; True: files of the folder's release, for the first time.

        These are copied again, and not played till then; the store's folders and tables are made anew. A stick's are
        left out until the stick is plugged in again. Raises OSError.
        """
        store, news = self._workshop.store, False
        store.mend()
        for source in Source:
            record = store.current(source)
            lost = store.lost_blobs(record) if record else set()
            before, self._lost[source] = self._lost.get(source, set()), lost
            if record and lost and lost != before:
                words = "%d files of release %d are lost from the library; %s"
                again = "they are copied again" if source is self._source else "plug the stick in again"
                log.error(words, len(lost), record.number, again)
                self.post_release(record)
                news = news or source is self._source
        return news

    def check_again(self, record: Record, digest: str = "") -> None:
        """Files of `record`, the current release, were copied anew: looks which of them are still lost, and posts it.

        digest: of the folder, which says the same in other words (or an earlier version adopted its release); "": not looked at.
        """
        if digest not in ("", record.digest):
            record = replace(record, digest=digest)
            self._workshop.store.rewrite(record)
            self.post_release(record)
        if self._lost.get(record.source):
            self._lost[record.source] = self._workshop.store.lost_blobs(record)
            self.post_release(record)

    def note_adopted(self, record: Record) -> None:
        """A new release is whole; what only older ones need is removed after a while."""
        self._lost[record.source] = set()
        self.post_release(record)
        self._collect_at = time.monotonic() + COLLECT_AFTER_S

    def post_release(self, record: Record) -> None:
        store = self._workshop.store
        rolled_back = store.is_rolled_back(record.source)
        zone, lost = self._workshop.zone, self._lost.get(record.source, set())
        self._post(release_of(record, store.blob_path, zone, without=lost, rolled_back=rolled_back))

    def renew_calendars(self) -> None:
        """Once a day, and when the clock has stepped: the occurrences of the coming two months, of every source."""
        store, wall = self._workshop.store, self._clock()
        for source in Source:
            record = store.current(source)
            if record is None or not record.calendar or self._renewed.get(source) == (record.number, wall.date()):
                continue
            if time.monotonic() < self._renew_at:
                continue
            zone = zone_called(record.timezone, self._workshop.zone)
            try:
                expanded = read_calendar(record.calendar, CALENDAR_NAME, zone, wall, record.playlists.keys())
            except VettingFailed as error:
                log.warning("%s; until then the occurrences of before count", error)
                self._renew_at = time.monotonic() + RENEW_AGAIN_S
                continue
            self._renewed[source] = record.number, wall.date()
            rows = [window_row(window) for window in expanded.windows]
            if expanded.readable and rows != record.windows:
                renewed = replace(record, windows=rows)
                store.rewrite(renewed)
                self.post_release(renewed)

    def remake_renditions(self, maker: RenditionMaker) -> None:
        """What was made for a region of another size, or by an earlier version, is made anew; till then it is shown as it is.

        Raises StoreReadOnly, StoreBroken, Interrupted.
        """
        store, canvas = self._workshop.store, self._workshop.easel.canvas
        for source in Source:
            record = store.current(source)
            if (
                record is None
                or self._fitted.get(source) == (record.number, canvas)
                or time.monotonic() < self._remake_at
            ):
                continue
            if is_outdated(record, canvas):
                try:
                    remade = remake(record, canvas, maker.make, self._workshop.content.image_seconds)
                except (NotVetted, StoreFull) as error:
                    log.warning("%s; until then its pages stay as they are", error)
                    self._remake_at = time.monotonic() + RENEW_AGAIN_S
                    continue
                finally:
                    maker.rest()
                store.rewrite(remade)
                self.post_release(store.current(source) or remade)
                self._collect_at = time.monotonic() + COLLECT_AFTER_S
                log.info("release %d: its pages are drawn for %dx%d", record.number, canvas.width, canvas.height)
            self._fitted[source] = record.number, canvas

    def collect(self, needed: Collection[str]) -> None:
        """Removes what neither a kept release nor `needed` (hashes) needs, a while after the last adoption.

        Never while something is copied.
        """
        if self._collect_at is not None and time.monotonic() >= self._collect_at:
            self._collect_at = None
            freed = self._workshop.store.collect(needed)
            if freed:
                log.info("%d MB of the library that no release needs were removed", freed // 1_000_000)
