"""A city made to be looked at: five panels with posters, two folders, four days of records, and the console before all of it.

Its clock stands at one moment when it begins, so that the same pictures come out on any day.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import math
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from PIL import Image, ImageDraw, ImageFont

from player.contract.records import RecordKind
from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.settings import OfficeSettings
from player.office.web.app import make_app
from player.office.web.office import WebOffice, open_office
from player.office.web.serve_command import open_port, options_of
from player.office.web.sticks.signed import KEY_NAME
from tests.kit.broker import running_broker
from tests.kit.browser import Browser, running_browser
from tests.kit.bundles import office_key, sign_folder
from tests.kit.city import ZONE, SimulatedPanel, record_a_day
from tests.kit.clips import encode
from tests.kit.console import add_accounts
from tests.kit.encodings import H264
from tests.kit.network import free_port
from tests.kit.reports import REPORT
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels
from tests.kit.waiting import wait_for

NOW = datetime(2026, 11, 26, 3, 24, tzinfo=UTC)
"""Thursday, 10:24 in Serang."""
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")
Colour = tuple[int, int, int]
POSTERS: dict[str, tuple[str, Colour]] = {
    "festival-banten": ("Festival\nBanten", (150, 32, 62)),
    "pasar-murah": ("Pasar\nmurah", (146, 84, 22)),
    "donor-darah": ("Donor\ndarah", (168, 30, 34)),
    "vaksin-gratis": ("Vaksin\ngratis", (24, 110, 74)),
    "batik-banten": ("Batik\nBanten", (84, 46, 140)),
    "berita-pagi": ("Berita\npagi", (14, 84, 122)),
}
"""Names of files, with what stands on each and its colour."""
NEW = "festival-banten"
"""Is in no folder yet."""
FILMS = ("festival-banten", "batik-banten", "berita-pagi")
SHOWN = {
    "alun-alun": ((1280, 720), "batik-banten"), "ciceri": ((384, 192), "donor-darah"),
    "pasar-rau": ((192, 96), "pasar-murah"), "simpang-lima": ((960, 512), "berita-pagi"),
    "taman-sari": ((640, 320), "vaksin-gratis"),
}  # fmt: skip
"""Each panel's size, and what it shows."""
PLAYLIST = """#EXTM3U
# the city's own films first
#EXTINF:-1,Berita pagi
media/berita-pagi.mp4
#EXTINF:12,Donor darah
media/donor-darah.png
#EXTINF:-1,Batik Banten
media/batik-banten.mp4
#EXTINF:10,Pasar murah
media/pasar-murah.png
"""
PLAYLISTS = {
    "pagi": "#EXTINF:-1,\n../media/berita-pagi.mp4\n#EXTINF:15,\n../media/vaksin-gratis.png\n",
    "akhir-pekan": "#EXTINF:-1,\n../media/batik-banten.mp4\n../media/pasar-murah.png\n",
}
SCHEDULE = """[[show]]
playlist = "pagi"
days = ["mon-fri"]
from = 06:00:00
until = 09:30:00

[[show]]
playlist = "akhir-pekan"
days = ["weekend"]
from = 08:00:00
until = 21:00:00
priority = 5

[[dark]]
from = 23:00:00
until = 04:30:00
"""
BOOKINGS = """[[booking]]
client = "Batik Banten"
items = ["media/a.mp4"]
plays_per_day = 300
start = 2026-11-22
end = 2026-11-25
"""


@dataclass(frozen=True)
class ShownCity:
    """place: for files of one's own. browser: nobody is signed in yet."""

    place: Path
    office: WebOffice
    panels: SimulatedPanels
    browser: Browser


def draw_poster(name: str, wide: int = 1280, tall: int = 720) -> Image.Image:
    """Words on a colour that grows lighter, as a city's poster has them."""
    words, colour = POSTERS[name]
    canvas = Image.new("RGB", (wide, tall))
    pen = ImageDraw.Draw(canvas)
    for y in range(tall):
        red, green, blue = (min(255, round(part * (1 + 0.55 * y / tall))) for part in colour)
        pen.line((0, y, wide, y), fill=(red, green, blue))
    ring = (wide - tall * 0.75, -tall * 0.2, wide + tall * 0.25, tall * 0.8)
    pen.ellipse(ring, outline=(255, 255, 255), width=max(2, tall // 60))
    font = ImageFont.truetype(str(FONT), tall // 4)
    pen.multiline_text((tall // 12, tall - tall // 12), words, "white", font, "ld", tall // 40)
    return canvas


def make_file(folder: Path, name: str) -> Path:
    """A film or a picture with the poster."""
    picture = folder / f"{name}.png"
    draw_poster(name).save(picture, optimize=True)
    if name not in FILMS:
        return picture
    words = ("-loop", "1", "-framerate", "25", "-i", picture, "-t", str(8 + len(name)), *H264)
    film = encode(folder / f"{name}.mp4", *words)
    picture.unlink()
    return film


def fill_folder(folder: Path) -> None:
    """Films and pictures, three playlists, a schedule."""
    (folder / "media").mkdir(parents=True)
    (folder / "playlists").mkdir()
    for name in POSTERS:
        if name != NEW:
            make_file(folder / "media", name)
    (folder / "playlist.m3u8").write_text(PLAYLIST)
    for name, lines in PLAYLISTS.items():
        (folder / "playlists" / f"{name}.m3u8").write_text(lines)
    (folder / "schedule.toml").write_text(SCHEDULE)


def record_days(database: Path) -> None:
    """A day that has everything, then days as they were planned, until a moment ago."""
    panel, zone = SimulatedPanel("alun-alun"), ZoneInfo(ZONE)
    record_a_day(panel)
    while panel.at < NOW:
        night = panel.at.astimezone(zone).replace(hour=23, minute=0, second=0)
        while panel.at < min(night, NOW):
            panel.play("abc"[panel.n % 3], 60)
            if time(6) <= (there := panel.waiting[-1].at.astimezone(zone)).time() < time(9, 30) and there.weekday() < 5:
                panel.waiting[-1] = replace(panel.waiting[-1], playlist="pagi")
        if panel.at < NOW:
            panel.add(
                RecordKind.DARK, (night + timedelta(hours=5.5) - panel.at).total_seconds(), reason="dark until 04:30"
            )
    engine = open_database(f"sqlite:///{database}", make=True)
    with writing(engine) as connection:
        for payload in panel.batches():
            BatchStore(connection, NOW).take(panel.name, payload, Way.MQTT)
    engine.dispose()


def dress(panels: SimulatedPanels) -> None:
    """Each panel with its size and its poster; one has trouble."""
    for n, (name, (size, shown)) in enumerate(SHOWN.items()):
        panel = panels[name]
        panel.size, panel.since, panel.version = size, NOW - timedelta(seconds=4 + 3 * n), "0.2.0"
        panel.items, panel.at = (f"media/{shown}.{'mp4' if shown in FILMS else 'png'}",), 0
        panel.playlist, panel.reason = "default", "default playlist"
        drawn = io.BytesIO()
        draw_poster(shown, *size).save(drawn, "JPEG", quality=92)
        panel.picture = drawn.getvalue()
        panels.tell(name)
    panels.raise_alert("simpang-lima", "screen.frozen", "the picture stands still although a film plays")


def remember_a_day(office: WebOffice) -> None:
    """What the console would have heard of a panel since yesterday."""
    for step in range(287, 0, -1):
        wall = NOW - timedelta(minutes=5 * step)
        sun = max(0.0, math.sin((wall.hour + wall.minute / 60 + 1) / 24 * 2 * math.pi))
        machine = replace(
            REPORT.machine, cpu_percent=9 + 6 * sun + step * 7 % 4, temperature_c=44 + 9 * sun,
            memory_percent=30 + step % 3,
        )  # fmt: skip
        office.live.history("alun-alun").note_health(replace(REPORT, machine=machine), wall)


@contextlib.contextmanager
def running_office(settings: OfficeSettings) -> Iterator[WebOffice]:
    """The console as `panel-office serve` runs it, in a thread, with a clock that begins at NOW."""
    began, ready = datetime.now(UTC), threading.Event()
    found: list[tuple[WebOffice, uvicorn.Server, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with open_office(settings, lambda: NOW + (datetime.now(UTC) - began)) as office:
            add_accounts(office)
            server = uvicorn.Server(uvicorn.Config(make_app(office), **options_of(settings)))
            found.append((office, server, asyncio.get_running_loop()))
            ready.set()
            with open_port(settings) as port:
                await server.serve(sockets=[port])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(60)
    [(office, server, loop)] = found
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(office.closing.set)
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def shown_city() -> Iterator[ShownCity]:
    """Every panel is heard of, and nobody has looked at anything yet."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shown-city-")))
        city, stick, data, port = place / "kota", place / "tanpa-jaringan", place / "data", free_port()
        for folder in (city, stick):
            fill_folder(folder)
        sign_folder(stick, not_after=NOW + timedelta(days=36))
        data.mkdir()
        record_days(data / "records.db")
        (data / "bookings.toml").write_text(BOOKINGS)
        (data / KEY_NAME).write_text(str(office_key().public))
        broker = stack.enter_context(running_broker())
        given = {
            "host": "127.0.0.1", "port": broker.port, "tls": False, "records": {"timezone": ZONE},
            "web": {"listen": f"127.0.0.1:{port}", "data_folder": str(data), "language": "en"},
            "folder": [{"name": "kota", "path": str(city), "panels": list(SHOWN)},
                       {"name": "tanpa-jaringan", "path": str(stick), "panels": ["serang-04"]}],
        }  # fmt: skip
        office = stack.enter_context(running_office(OfficeSettings(**given)))  # type: ignore[arg-type]  # pydantic checks it
        panels = stack.enter_context(simulated_panels(broker.port, *SHOWN, now=office.now))
        dress(panels)
        wait_for(lambda: len(office.live.panels()) == len(SHOWN), why="every panel is heard of")
        remember_a_day(office)
        yield ShownCity(place, office, panels, stack.enter_context(running_browser(f"http://127.0.0.1:{port}")))
