"""The console's pages as the manuals show them: a real browser before the real server, with a city that is made for it.

Knows: what each picture shows. Touches: player/docs/console. Must not: be replaced by a picture that somebody made by hand.
`python -m tests.pictures` draws these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.kit.returned import REFUSED, TAKEN, text
from tests.kit.shown_city import NEW, SHOWN, ShownCity, make_file, shown_city
from tests.kit.waiting import wait_for

PICTURES = Path(__file__).parent.parent / "player" / "docs" / "console"
DESK, PHONE = (1200, 900), (360, 780)
OFFICE = "/srv/office"
"""Stands in the pictures for the folder with a passing name in which the city lies."""
RENAME = """
const [from, to] = arguments, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(from, to);
"""
TALLEST = 1500
"""Pixels; what is below is cut off."""
COLOURS = 128
"""Of a picture: a page is flat, and small so."""


@dataclass(frozen=True)
class Shot:
    """One picture. make: brings the page about, in the browser of an account that may do everything."""

    make: Callable[[ShownCity], None]
    size: tuple[int, int] = DESK
    dark: bool = False


def show_wall(city: ShownCity) -> None:
    city.browser.open("/")
    drawn = "return [...document.querySelectorAll('.glass img')].filter((img) => img.naturalWidth > 0).length"
    wait_for(lambda: city.browser.script(drawn) == len(SHOWN), why="every tile has its picture")


def show_wall_of_a_phone(city: ShownCity) -> None:
    """A picture is asked for only when its tile can be seen."""
    city.browser.open("/")
    drawn = "return document.querySelector('.glass img')?.naturalWidth > 0"
    wait_for(lambda: city.browser.script(drawn), why="the first tile has its picture")


def show_panel(city: ShownCity) -> None:
    city.browser.open("/panels/alun-alun")
    wait_for(lambda: city.browser.script("return !!document.querySelector('.glass.large img')?.naturalWidth"))


def show_urgent(city: ShownCity) -> None:
    city.panels.go_off("pasar-rau")
    city.browser.open("/urgent")
    city.browser.type("Text", "BANJIR di Jl. Veteran. Hindari!")
    city.browser.press("button", f"Show it on {len(SHOWN)} panels")
    city.browser.sees(f"{len(SHOWN) - 1} of {len(SHOWN)} panels show it")
    city.browser.open("/urgent")
    city.browser.type("Text", "JALAN DITUTUP\nBelok di Cipare")
    previews = "return document.querySelectorAll('.urgent-previews img').length"
    wait_for(lambda: city.browser.script(previews) == len(SHOWN), why="a preview of each size")


def show_content(city: ShownCity) -> None:
    """With a film that has just come."""
    (city.place / "new").mkdir()
    film = make_file(city.place / "new", NEW)
    city.browser.open("/content/kota")
    city.browser.choose("Choose files", film)
    city.browser.find("heading", "1 new file is in no playlist yet")
    wait_for(lambda: "being looked into" not in city.browser.text, why="every file is looked into")
    drawn = "return [...document.querySelectorAll('.shot img')].every((img) => img.naturalWidth > 0)"
    wait_for(lambda: city.browser.script(drawn), why="every card has its picture")


def show_publish(city: ShownCity) -> None:
    city.browser.open("/content/kota")
    city.browser.type("From", "12012026")
    city.browser.type("Until and with", "12072026")
    city.browser.press("button", "Add, and see what changes")
    city.browser.sees("festival-banten.mp4 is new")


def show(path: str, sees: str = "") -> Callable[[ShownCity], None]:
    """A page that is as it is; sees: what stands on it when it is all there."""

    def make(city: ShownCity) -> None:
        city.browser.open(path)
        city.browser.sees(sees)

    return make


def show_sticks(city: ShownCity) -> None:
    receipts = city.place / "receipts"
    receipts.mkdir()
    for n, receipt in enumerate((TAKEN, REFUSED)):
        (receipts / f"{n}.json").write_bytes(text(receipt))
    city.browser.open("/sticks")
    city.browser.choose("The folder panel/receipts", receipts)
    city.browser.press("button", "Take it in")
    city.browser.sees("serial number 42")


SHOTS = {
    "panels": Shot(show_wall),
    "panels-dark": Shot(show_wall, dark=True),
    "panel": Shot(show_panel),
    "urgent": Shot(show_urgent),
    "content": Shot(show_content),
    "publish": Shot(show_publish),
    "playlist": Shot(show("/content/kota/playlists/default")),
    "schedule": Shot(show("/content/kota/schedule?week=2026-11-23")),
    "records-day": Shot(show("/records/day?panel=alun-alun&day=2026-11-22", "24:00:00")),
    "airtime": Shot(show("/records/airtime?month=2026-11&client=Batik+Banten")),
    "sticks": Shot(show_sticks),
    "people": Shot(show("/people")),
    "log": Shot(show("/log")),
}
"""In the order in which they are made: what one does is there for the next."""
IN_INDONESIAN = {"panels-phone": Shot(show_wall_of_a_phone, size=PHONE)}


def draw_all(folder: Path) -> Iterator[Path]:
    """Each page once, in English; the telephone's in Indonesian."""
    folder.mkdir(parents=True, exist_ok=True)
    with shown_city() as city:
        city.browser.look(DESK)
        city.browser.sign_in("ada")
        city.browser.press("button", "Bahasa Indonesia")
        for name, shot in IN_INDONESIAN.items():
            yield take(city, shot, folder / f"{name}.webp")
        city.browser.look(DESK)
        city.browser.press("button", "English")
        for name, shot in SHOTS.items():
            yield take(city, shot, folder / f"{name}.webp")


def take(city: ShownCity, shot: Shot, path: Path) -> Path:
    city.browser.look(shot.size, dark=shot.dark)
    shot.make(city)
    city.browser.script(RENAME, str(city.place), OFFICE)
    raw = city.browser.picture(path.with_suffix(".png"))
    with Image.open(raw) as page:
        page.convert("RGB").crop((0, 0, page.width, min(page.height, TALLEST, 3 * page.width))).quantize(
            COLOURS, dither=Image.Dither.NONE
        ).save(path, lossless=True, quality=100, method=6)
    raw.unlink()
    return path
