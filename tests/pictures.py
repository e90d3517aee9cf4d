"""The pictures of the manuals, drawn by the program's own code: cards, the technician's strip, `panel-office watch`.

Knows: what each picture shows. Touches: player/docs/pictures. Must not: be replaced by a picture that somebody made by hand.

    python -m tests.pictures            draws all of them anew
    python -m tests.pictures FOLDER     draws them somewhere else (the test compares)
    python -m tests.pictures --console  draws only the console's pages, in a browser (console_pictures.py)
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from player.bundle.refusals import REFUSALS, Why
from player.contract.reports import AlertReport, NowReport, StateReport
from player.core.effects import Waiting
from player.core.model import Card, CardKind, StickNotice, StickStage
from player.library.content.text_page import read_page_text
from player.office.fleet import Fleet, Panel
from player.office.records.database import open_database, reading, writing
from player.office.records.reports.common import Inquiry
from player.office.records.reports.day import day_report
from player.office.records.reports.pdf_file import make_pdf
from player.office.records.storing import BatchStore, Way
from player.office.watch_screen import draw_watch
from player.office.watch_view import WatchView
from player.screen.dot import draw_dot
from player.screen.drawing.cards import draw_card
from player.screen.drawing.picture import Picture
from player.screen.drawing.strip import draw_notice
from player.screen.drawing.text_page import draw_text_pages
from player.screen.drawing.ticker import draw_tile, lay_out
from tests.kit.city import ZONE, SimulatedPanel, record_a_day
from tests.kit.reports import AT, REPORT
from tests.sheet import as_image

PICTURES = Path(__file__).parent.parent / "player" / "docs" / "pictures"
CONSOLE = "--console"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
PANEL = "serang-01"
URGENT = "Banjir di Jalan Veteran\nLewat Jalan Ahmad Yani"
MANUAL_TEXT = """# colour: green
Vaksinasi gratis

Sabtu 12 Desember, 08.00-12.00
Puskesmas Cipocok Jaya
Bawa KTP
https://serang.go.id/vaksin
"""
PAPER = (255, 255, 255)
GREY = (90, 98, 108)


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


# ---- the panel in its street


def panel() -> Image.Image:
    """The panel at a crossroads in the evening, with the urgent message on it."""
    wide, tall = 960, 540
    canvas = _evening(wide, tall)
    lit = _as_diodes(as_image(draw_card(Card(CardKind.TEXT, URGENT, "merah"), 208, 117, PANEL, "id")), 3)
    left, top, edge = (wide - lit.width) // 2, 44, 12
    frame = (left - edge, top - edge, left + lit.width + edge, top + lit.height + edge)
    shine = Image.new("RGB", (wide, tall))
    shine.paste(lit, (left, top + 30))
    canvas = ImageChops.add(canvas, shine.filter(ImageFilter.GaussianBlur(60)), scale=1.4)
    pen = ImageDraw.Draw(canvas)
    for x in (wide // 2 - 150, wide // 2 + 126):
        pen.rectangle((x, frame[3], x + 24, tall - 22), fill=(52, 56, 64))
        pen.rectangle((x, frame[3], x + 7, tall - 22), fill=(84, 88, 98))
        pen.rectangle((x - 14, tall - 26, x + 38, tall - 16), fill=(70, 72, 78))
    pen.rounded_rectangle(frame, 8, fill=(16, 17, 20), outline=(96, 100, 110), width=2)
    canvas.paste(lit, (left, top))
    return canvas


def _evening(wide: int, tall: int) -> Image.Image:
    canvas = Image.new("RGB", (wide, tall))
    pen = ImageDraw.Draw(canvas)
    for y in range(tall):
        part = y / tall
        pen.line((0, y, wide, y), fill=(round(24 + 150 * part), round(34 + 70 * part), round(84 + 20 * part)))
    chance = random.Random(7)
    x = 0
    while x < wide:
        width, height = chance.randint(46, 104), chance.randint(90, 250)
        pen.rectangle((x, tall - 60 - height, x + width - 3, tall), fill=(26, 30, 46))
        for window in range(chance.randint(2, 7)):
            at = x + 8 + chance.randrange(max(1, width - 24)), tall - 60 - height + 12 + 18 * window
            pen.rectangle((*at, at[0] + 6, at[1] + 8), fill=(206, 170, 96))
        x += width
    pen.rectangle((0, tall - 60, wide, tall), fill=(44, 46, 54))
    for dash in range(0, wide, 90):
        pen.rectangle((dash, tall - 30, dash + 44, tall - 26), fill=(190, 190, 190))
    return canvas


def _as_diodes(screen: Image.Image, pitch: int) -> Image.Image:
    """Each pixel as an LED with a dark rim, as a panel's modules look from near."""
    large = screen.resize((screen.width * pitch, screen.height * pitch), Image.Resampling.NEAREST)
    rim = Image.new("L", large.size, 255)
    pen = ImageDraw.Draw(rim)
    for x in range(0, large.width, pitch):
        pen.line((x, 0, x, large.height), fill=165)
    for y in range(0, large.height, pitch):
        pen.line((0, y, large.width, y), fill=165)
    return Image.composite(large, Image.new("RGB", large.size), rim)


# ---- cards, strip, test pattern


def cards() -> Image.Image:
    """Every card that the panel draws, with what it means below."""
    shown = (
        (Card(CardKind.WAITING), "No content has arrived yet."),
        (
            Card(CardKind.WAITING, Waiting.OTHER_CONTENT),
            "All that has arrived was refused: panel-office alerts says why.",
        ),
        (Card(CardKind.WAITING, Waiting.FOLDER), "The synced folder is not there."),
        (Card(CardKind.TROUBLE, "media/festival.mp4: it is cut short"), "Nothing can be played, and why."),
        (Card(CardKind.TEXT, URGENT, "merah"), "The urgent message: panel-office send ... show"),
        (Card(CardKind.IDENTIFY), "Which panel is this? panel-office send ... identify"),
    )
    return _sheet([(as_image(draw_card(card, 416, 234, PANEL, "id")), words) for card, words in shown])


def strip() -> Image.Image:
    """Every stage of the technician's strip, on a film."""
    wrong, slow, foreign = (REFUSALS[why] for why in (Why.WRONG_SIGNATURE, Why.TOO_SLOW, Why.NOT_OURS))
    shown = (
        (StickNotice(StickStage.READING, "SERANG-04", 42, 35.0, words="MEMBACA 42 %"), "Wait. The film goes on."),
        (StickNotice(StickStage.DONE, "SERANG-04", 100, words="SELESAI - CABUT USB"), "Done: pull the stick out."),
        (StickNotice(StickStage.REFUSED, number=wrong.number, words=wrong.words_id), "Refused: note the number."),
        (
            StickNotice(StickStage.SLOW, "", 3, 1500.0, slow.number, slow.words_id),
            "A slow stick: wait, or fetch another.",
        ),
        (StickNotice(StickStage.NOT_OURS, number=foreign.number, words=foreign.words_id), "Not a stick for panels."),
        (
            StickNotice(StickStage.REFUSED, number=wrong.number, words=wrong.words_id, small=True),
            "Ten minutes later, while the stick is in.",
        ),
    )
    return _sheet([(_with_strip(notice), words) for notice, words in shown])


def _with_strip(notice: StickNotice) -> Image.Image:
    film = _film()
    bar = as_image(draw_notice(notice, film.width, film.height, "id"))
    film.paste(bar, (film.width - bar.width, film.height - bar.height))
    return film


def ticker() -> Image.Image:
    """The running text over a film, in three scripts, and with the technician's strip above it."""
    reading = StickNotice(StickStage.READING, "SERANG-04", 42, 35.0, words="MEMBACA 42 %")
    shown = (
        (_with_ticker("Pasar murah di alun-alun \u2022 masuk gratis"), "ticker.txt, [[ticker]], or the command ticker"),
        (_with_ticker("مرحبا بكم في مدينة سيرانغ"), "From left to right, as it is read."),
        (_with_ticker("ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ ꦲꦶꦁ ꦏꦸꦛ ꦱꦺꦫꦁ"), "Any script."),
        (
            _with_ticker("Pasar murah di alun-alun \u2022 masuk gratis", reading),
            "A stick is read: the strip lies above.",
        ),
    )
    return _sheet(list(shown))


def _with_ticker(text: str, notice: StickNotice | None = None) -> Image.Image:
    film = _film()
    tall = round(film.height * 0.12)
    ribbon = lay_out((text,), film.width, tall)
    whole = as_image(draw_tile(replace(ribbon, tile=ribbon.length, count=1), 0, tall, (255, 255, 255), (0, 0, 0)))
    film.paste(
        whole.crop((whole.width - film.width, 0, whole.width, tall)) if ribbon.right_to_left else whole,
        (0, film.height - tall),
    )
    if notice is not None:
        bar = as_image(draw_notice(notice, film.width, film.height, "id"))
        film.paste(bar, (0, film.height - tall - bar.height))
    return film


def _film() -> Image.Image:
    film = Image.new("RGB", (416, 234))
    pen = ImageDraw.Draw(film)
    for y in range(film.height):
        part = y / film.height
        pen.line((0, y, film.width, y), fill=(round(240 - 90 * part), round(150 + 40 * part), round(70 + 120 * part)))
    for x, y, size in ((60, 150, 90), (180, 120, 130), (330, 160, 80)):
        pen.polygon([(x - size, 234), (x, y - 40), (x + size, 234)], fill=(40, 92, 84))
    return film


def _sheet(shown: list[tuple[Image.Image, str]]) -> Image.Image:
    """Two columns of pictures with a line below each, on white."""
    wide, tall = shown[0][0].size
    gap, line = 20, 26
    rows = (len(shown) + 1) // 2
    sheet = Image.new("RGB", (2 * wide + 3 * gap, rows * (tall + line + gap) + gap), PAPER)
    pen = ImageDraw.Draw(sheet)
    for n, (picture, words) in enumerate(shown):
        x, y = gap + n % 2 * (wide + gap), gap + n // 2 * (tall + line + gap)
        sheet.paste(picture, (x, y))
        pen.text((x, y + tall + 5), words, fill=GREY, font=font("DejaVuSans", 14))
    return sheet


def test_pattern() -> Image.Image:
    """The test pattern with its dot."""
    canvas = as_image(draw_card(Card(CardKind.TEST_PATTERN), 640, 360, PANEL, "id"))
    dot = as_image(Picture(24, 24, draw_dot(24)))
    mask = dot.convert("L").point(lambda value: 255 if value else 0)
    canvas.paste(dot, (470, 120), mask)
    return canvas


# ---- the office


def text_page() -> Image.Image:
    """The manual's text page on walls of five sizes, each enlarged to be seen."""
    page = read_page_text(MANUAL_TEXT.encode())
    tiles = []
    for wide, tall in ((192, 96), (384, 192), (960, 512), (1280, 720), (3840, 2160), (96, 192)):
        drawn = draw_text_pages(page.headline, page.paragraphs, page.addresses, page.colour, wide, tall)[0].image
        scale = min(480 / wide, 260 / tall)
        how = Image.Resampling.NEAREST if tall < 200 else Image.Resampling.LANCZOS
        tile = Image.new("RGB", (480, 270), PAPER)
        tile.paste(drawn.resize((round(wide * scale), round(tall * scale)), how), (0, 0))
        tiles.append((tile, f"{wide} x {tall}"))
    return _sheet(tiles)


def watch() -> Image.Image:
    """`panel-office watch` with five panels, in a wide terminal."""
    console = Console(width=166, height=10, force_terminal=True, legacy_windows=False)
    drawn = draw_watch(city(), WatchView(), AT, console, "linked to mqtt.serang.go.id")
    return draw_terminal(drawn.picture, 166, "panel-office watch")


def city() -> Fleet:
    """Five panels: two on a good day, one with an urgent message, one that is offline, one whose picture stands still."""
    fleet = Fleet("panels")
    calm = replace(REPORT, alerts=())
    add = fleet.panels.setdefault
    rows = (
        ("serang-01", "media/pasar-lama.mp4", "schedule: morning until 09:30", 8, ()),
        ("serang-02", "media/umkm-batik.mp4", "schedule: morning until 09:30", 3, ()),
        ("serang-03", "media/festival.mp4", "schedule: morning until 09:30", 14, ("screen.frozen",)),
        ("serang-04", "media/vaksin.png", "from the stick; no schedule", 6, ()),
        ("serang-05", None, 'message "Banjir di Jalan Veteran" by dina until 18:00', 320, ()),
    )
    for name, item, reason, since_s, raised in rows:
        report = replace(calm, machine=replace(REPORT.machine, temperature_c=48.0 + since_s % 7), alerts=raised)
        if item is None:
            report = replace(
                report, player=replace(report.player, item=None, state=report.player.state.__class__("override"))
            )
        if raised:
            report = replace(report, screen=replace(report.screen, moving=False))
        since = AT - timedelta(seconds=since_s)
        one = add(name, Panel(name, StateReport(True, AT - timedelta(days=9), "0.1.0", "b"), report))
        one.now = NowReport(item, "morning", reason, since, None)
        if item is None:
            one.now = replace(one.now, playlist=None, text="Banjir di Jalan Veteran", by="dina")
        one.alerts = {alert: AlertReport(AT - timedelta(minutes=2), "") for alert in raised}
        one.seen = AT - timedelta(seconds=since_s % 9)
    fleet.panels["serang-04"].state = StateReport(False)
    fleet.panels["serang-04"].seen = AT - timedelta(hours=5)
    return fleet


def draw_terminal(content: object, columns: int, title: str) -> Image.Image:
    """What rich prints, as a terminal shows it."""
    console = Console(width=columns, color_system="truecolor", force_terminal=True, legacy_windows=False)
    rows = console.render_lines(content, console.options.update(width=columns), pad=True)  # type: ignore[arg-type]
    plain, bold = font("DejaVuSansMono", 13), font("DejaVuSansMono-Bold", 13)
    cell, step, edge = plain.getlength("M"), 20, 14
    image = Image.new("RGB", (round(cell * columns) + 2 * edge, step * (len(rows) + 1) + 2 * edge + 10), GROUND)
    pen = ImageDraw.Draw(image)
    pen.text((edge, edge), f"$ {title}", fill=PROMPT, font=plain)
    for n, row in enumerate(rows):
        x, y = float(edge), edge + 10 + step * (n + 1)
        for segment in row:
            x = _draw_segment(pen, segment, x, y, cell, step, bold if segment.style and segment.style.bold else plain)
    return image


Colour = tuple[int, int, int]
GROUND: Colour = (9, 11, 13)
LETTERS: Colour = (216, 220, 226)
PROMPT: Colour = (120, 190, 130)
BRIGHT: dict[str, Colour] = {
    "red": (240, 96, 96), "green": (110, 200, 120), "yellow": (230, 190, 90), "cyan": (100, 200, 210),
}  # fmt: skip
"""rich's names, as a terminal with a dark ground shows them."""


def _rgb(colour: Color) -> Colour:
    red, green, blue = colour.get_truecolor(DEFAULT_TERMINAL_THEME)
    return red, green, blue


def _draw_segment(
    pen: ImageDraw.ImageDraw,
    segment: Segment,
    x: float,
    y: int,
    cell: float,
    step: int,
    letters: ImageFont.FreeTypeFont,
) -> float:
    style = segment.style or Style()
    ink = LETTERS if style.color is None else BRIGHT.get(style.color.name) or _rgb(style.color)
    if style.dim:
        red, green, blue = ((part * 6 + ground * 5) // 11 for part, ground in zip(ink, GROUND, strict=True))
        ink = red, green, blue
    end = x + cell * len(segment.text)
    if style.bgcolor:
        pen.rectangle((round(x), y - 2, round(end) - 1, y + step - 3), fill=_rgb(style.bgcolor))
    pen.text((x, y), segment.text, fill=ink, font=letters)
    return end


# ---- the technician's card: one page of A4


CARD_WORDS = {
    "id": (
        "Panel LED: kartu teknisi",
        ("Pasang USB. Gambar tetap tayang; di tepi bawah tertulis MEMBACA 42 %.",
         "Tunggu SELESAI - CABUT USB. Cabut USB. Turun.",
         "DITOLAK dan sebuah nomor: cari di bawah, beri tahu kantor. Isi USB tidak ditayangkan."),
        "USB boleh dicabut kapan saja. Tercabut terlalu cepat? Pasang lagi: panel melanjutkan.\n"
        "Tidak ada tulisan sama sekali? USB mati, atau kurang masuk.",
        ("no.", "tulisan di panel", "yang harus dilakukan"),
        "Telepon kantor:",
    ),
    "en": (
        "LED panel: the technician's card",
        ("Plug the stick in. The picture goes on; its lower edge says READING 42 %.",
         "Wait for DONE - PULL OUT USB STICK. Pull the stick out. Climb down.",
         "REFUSED and a number: look it up below, tell the office. Nothing of the stick is shown."),
        "The stick may be pulled out at any time. Too early? Plug it in again: it goes on where it was.\n"
        "No words at all? The stick is dead, or not plugged in far enough.",
        ("no.", "on the panel", "what to do"),
        "The office's phone:",
    ),
}  # fmt: skip
A4 = (1240, 1754)  # 150 dots an inch


def technician_card(language: str) -> Image.Image:
    title, steps, hint, heads, phone = CARD_WORDS[language]
    page = Image.new("L", A4, 255)
    pen = ImageDraw.Draw(page)
    edge, y = 70, 60
    pen.text((edge, y), title, fill=0, font=font("DejaVuSans-Bold", 40))
    y += 76
    for count, words in enumerate(steps, 1):
        pen.ellipse((edge, y, edge + 40, y + 40), fill=0)
        pen.text((edge + 20, y + 20), str(count), fill=255, font=font("DejaVuSans-Bold", 24), anchor="mm")
        pen.text((edge + 60, y + 20), words, fill=0, font=font("DejaVuSans", 23), anchor="lm")
        y += 54
    pen.multiline_text((edge, y + 6), hint, fill=60, font=font("DejaVuSans", 20), spacing=8)
    y += 78
    columns = (edge, edge + 62, edge + 400, A4[0] - edge)
    foot = A4[1] - 92
    rows = [
        (str(row.number), row.words(language), row.remedy_id if language == "id" else row.remedy)
        for row in REFUSALS.values()
    ]
    step = (foot - y - 44) / len(rows)
    for x, head in zip(columns, heads, strict=False):
        pen.text((x + 8, y + 8), head, fill=0, font=font("DejaVuSans-Bold", 20))
    y += 44
    for n, (number, words, remedy) in enumerate(rows):
        top = y + step * n
        if n % 2 == 0:
            pen.rectangle((edge, top, columns[3], top + step), fill=236)
        middle = top + step / 2
        pen.text((columns[0] + 8, middle), number, fill=0, font=font("DejaVuSans-Bold", 24), anchor="lm")
        pen.text((columns[1] + 8, middle), words, fill=0, font=font("DejaVuSans-Bold", 19), anchor="lm")
        _fit(pen, remedy, columns[2] + 8, middle, columns[3] - columns[2] - 16)
    pen.rectangle((edge, y, columns[3], y + step * len(rows)), outline=0, width=2)
    pen.text(
        (edge, A4[1] - 56), f"{phone} ______________________________", fill=0, font=font("DejaVuSans", 24), anchor="lm"
    )
    return page


def _fit(pen: ImageDraw.ImageDraw, words: str, x: float, middle: float, width: float) -> None:
    """One line, or two, in letters that fit."""
    for size in range(19, 12, -1):
        letters = font("DejaVuSans", size)
        lines = _broken(words, letters, width)
        if len(lines) <= 2:
            break
    pen.multiline_text((x, middle), "\n".join(lines), fill=0, font=letters, anchor="lm", spacing=3)


def _broken(words: str, letters: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if letters.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# ---- a report


def report_day() -> Image.Image:
    """The first page of a day's report, as the office prints it."""
    with tempfile.TemporaryDirectory() as made:
        database = open_database(f"sqlite:///{made}/records.db", make=True)
        one = SimulatedPanel("alun-alun")
        record_a_day(one)
        wall = one.at + timedelta(days=1)
        with writing(database) as connection:
            for payload in one.batches():
                BatchStore(connection, wall).take(one.name, payload, Way.MQTT)
        with reading(database) as connection:
            report = day_report(Inquiry(connection, ZoneInfo(ZONE), "en", wall), one.name, date(2026, 11, 22))
        database.dispose()
        (Path(made) / "report.pdf").write_bytes(make_pdf(report))
        words = ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-singlefile", "-png", "report.pdf", "report"]
        subprocess.run(words, cwd=made, check=True)
        with Image.open(Path(made) / "report.png") as page:
            image = page.convert("RGB")
    return _framed(image)


def _framed(page: Image.Image) -> Image.Image:
    """A sheet of paper on grey ground."""
    canvas = Image.new("RGB", (page.width + 24, page.height + 24), (222, 225, 229))
    canvas.paste((170, 174, 180), (15, 15, page.width + 15, page.height + 15))
    canvas.paste(page, (12, 12))
    return canvas


# ---- all of them


DRAWN: dict[str, Callable[[], Image.Image]] = {
    "panel.png": panel,
    "watch.png": watch,
    "cards.png": cards,
    "strip.png": strip,
    "ticker.png": ticker,
    "test-pattern.png": test_pattern,
    "text-page.png": text_page,
    "card-id.png": lambda: technician_card("id"),
    "card-en.png": lambda: technician_card("en"),
    "report-day.png": report_day,
}


def draw_all(folder: Path) -> Iterator[Path]:
    """Draws every picture into `folder`, each in 128 colours at most: flat drawings need no more, and stay small."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWN.items():
        image = draw()
        flat = image.quantize(16) if image.mode == "L" else image.quantize(128, dither=Image.Dither.NONE)
        flat.save(folder / name, optimize=True)
        yield folder / name


def main(words: list[str]) -> int:
    """The console's pictures come last: they need a browser."""
    from tests import console_pictures

    folders = [Path(word) for word in words if word != CONSOLE]
    flat = [] if CONSOLE in words else draw_all(folders[0] if folders else PICTURES)
    pages = console_pictures.draw_all(folders[0] / "console" if folders else console_pictures.PICTURES)
    for path in chain(flat, pages):
        sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
