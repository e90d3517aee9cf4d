"""The console's parts, which the pages reach as request.app.state.office.

Knows: how they are opened and in which order they end. Touches: the data folder (console.db).
Must not: need a broker to be there, know a page, or hold a signing key.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from player.base.zones import panel_zone, zone_named
from player.office.certificates import CertificateEnds
from player.office.settings import OfficeSettings
from player.office.signing import OfficeError
from player.office.web.content.desk import ContentDesk, NamedFolder, open_desk
from player.office.web.content.last_shown import LastShown
from player.office.web.live.hub import Hub
from player.office.web.people.database import FILE_NAME, PeopleDatabase
from player.office.web.people.passwords import Passwords
from player.office.web.people.people import People, people_of
from player.office.web.records.checks import ChainChecks
from player.office.web.records.desk import ReportDesk
from player.office.web.sticks.downloads import StickDownloads
from player.office.web.sticks.returned import ReturnedSticks
from player.office.web.urgent.desk import UrgentDesk
from player.office.web.words.told import catalogue


@dataclass
class WebOffice(People):
    """live: the panels, and whether the broker is there. closing: set when the server ends, so that streams do."""

    settings: OfficeSettings
    zone: tzinfo
    now: Callable[[], datetime]
    live: Hub = field(default_factory=lambda: Hub(None))
    content: ContentDesk | None = None
    urgent: UrgentDesk = field(init=False)
    reports: ReportDesk = field(init=False)
    checks: ChainChecks = field(init=False)
    sticks: ReturnedSticks = field(init=False)
    stick_downloads: StickDownloads = field(default_factory=StickDownloads)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    slow_reads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "slow-reads"))
    """For what may hang (a folder on a network share, a far database): it holds up neither passwords nor each other's pages."""
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Two passwords at a time: each takes memory."""
    certificates: CertificateEnds = field(init=False)

    def __post_init__(self) -> None:
        self.certificates = CertificateEnds(self.settings, self.now)

    @property
    def data_folder(self) -> Path:
        return self.settings.data_folder

    def news(self, language: str) -> str:
        """JSON for console.js: is the broker there, since when not, why."""
        live = self.live
        there = live.connected or not live.has_broker
        lost = None if there else live.lost_since
        return json.dumps(
            {
                "broker": there,
                "since": "" if lost is None else lost.astimezone(UTC).isoformat(timespec="seconds"),
                "why": "" if there else catalogue(language).say(live.why),
            }
        )


def utc_now() -> datetime:
    return datetime.now(UTC)


def zone_of(settings: OfficeSettings) -> tzinfo:
    """records.timezone, or the computer's. Raises OfficeError."""
    name = settings.records.timezone
    try:
        return zone_named(name) if name else panel_zone("")
    except ValueError:
        raise OfficeError(f"records.timezone: no time zone is called {name!r}; write one like Asia/Jakarta") from None


@asynccontextmanager
async def open_office(
    settings: OfficeSettings, now: Callable[[], datetime] = utc_now, passwords: Passwords | None = None
) -> AsyncIterator[WebOffice]:
    """Everything that the pages need, as long as the block lasts. passwords: as people_of has them. Raises OfficeError."""
    account = settings.account(ask=False) if settings.host else None
    async with AsyncExitStack() as stack:
        database = stack.enter_context(PeopleDatabase(settings.data_folder / FILE_NAME))
        people = people_of(database, now, settings.web.language, passwords)
        office = WebOffice(**vars(people), settings=settings, zone=zone_of(settings), now=now)
        stack.callback(office.slow_reads.shutdown, wait=False, cancel_futures=True)
        office.live = await stack.enter_async_context(Hub(account, settings.root, wall=now))
        folders = [each.place for each in settings.folder]
        zone, shown = settings.records.timezone, LastShown(settings.records_url, now)
        named = [NamedFolder(each.name, each.place, each.panels) for each in settings.folder]
        office.content = stack.enter_context(open_desk(named, settings.data_folder, zone, now, shown))
        office.urgent = stack.enter_context(UrgentDesk(office.live, settings.data_folder, folders))
        office.reports, office.checks = ReportDesk(settings), ChainChecks(settings, now)
        stack.push_async_callback(office.reports.close)
        stack.push_async_callback(office.checks.close)
        office.sticks = stack.enter_context(ReturnedSticks(settings.data_folder))
        yield office
