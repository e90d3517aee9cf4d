"""`panel-office prepare`: films made light for the panels, several at once, with their progress.

Knows: how it is asked for and what it says. Touches: the terminal; the work is in office/prepare.py.
Must not: go on when it is asked to end (Ctrl-C): then nothing half is left.
"""

from __future__ import annotations

import os
import re
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from player.base.text import for_terminal
from player.office.limited_ffmpeg import PrepareCancelled
from player.office.prepare import PreparedFilm, prepare
from player.office.probed_film import PrepareError
from player.office.signing import OfficeError
from player.office.terminal import err, out, plain_errors

app = typer.Typer()

CORES_FOR_ONE = 4
"""x264 keeps about so many cores busy by itself."""
SIZE = re.compile(r"(\d{2,4})[x×](\d{2,4})")


@app.command("prepare")
def prepare_films(
    films: Annotated[list[Path], typer.Argument(help="Films of any kind.", metavar="FILES...")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder for what is made.", metavar="FOLDER")],
    size: Annotated[
        str | None,
        typer.Option(help="Not larger than this, like 1280x720: the panel's pixels. Default: 1920x1080."),
    ] = None,
    at_once: Annotated[
        int | None, typer.Option(min=1, max=16, help="Films at the same time. Default: by this computer's cores.")
    ] = None,
) -> None:
    """Make films light: MP4 with H.264 that every panel plays, upright, 25 or 30 pictures a second, never enlarged.

    The films themselves stay as they are. Exit status 1 when one of them could not be made.
    """
    with plain_errors():
        if folder.exists() and not folder.is_dir():
            raise OfficeError(f"{folder} is a file; give a folder with -o")
        box = read_size(size)
        targets = name_targets(films, folder)
        many = at_once or max(1, (os.cpu_count() or 1) // CORES_FOR_ONE)
        faults = _prepare_all(targets, box, many)
    if faults:
        raise typer.Exit(1)


def read_size(text: str | None) -> tuple[int, int] | None:
    """Raises OfficeError."""
    if text is None:
        return None
    found = SIZE.fullmatch(text.strip().lower())
    if found is None or not (int(found[1]) and int(found[2])):
        raise OfficeError(f"--size {text} is no size; write width x height in pixels, like 1280x720")
    return int(found[1]), int(found[2])


def name_targets(films: list[Path], folder: Path) -> dict[Path, Path]:
    """Film -> what is made of it. Two films of one name keep their endings: a.mov and a.avi become a.mp4 and a.avi.mp4."""
    targets: dict[Path, Path] = {}
    taken: set[str] = set()
    for film in films:
        name = f"{film.stem}.mp4"
        if name.lower() in taken:
            name = f"{film.name}.mp4"
        if name.lower() in taken:
            raise OfficeError(f"{film}: another film of the same name is given; prepare it by itself")
        taken.add(name.lower())
        targets[film] = folder / name
    return targets


def _prepare_all(targets: dict[Path, Path], box: tuple[int, int] | None, many: int) -> int:
    """How many films could not be made."""
    stop = threading.Event()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as shown, ThreadPoolExecutor(many) as workers:
        works: dict[Future[PreparedFilm], Path] = {}
        for film, target in targets.items():
            row = shown.add_task(escape(for_terminal(film.name)), total=1.0)
            tell = _Teller(shown, row)
            works[workers.submit(prepare, film, target, box, tell, stop)] = film
        try:
            return _tell_results(works)
        except KeyboardInterrupt as asked:
            stop.set()
            for work in works:
                work.cancel()
            raise OfficeError("ended; what was finished is whole, and nothing half is left") from asked


class _Teller:
    """Passes the share that is done on to the film's row."""

    def __init__(self, shown: Progress, row: object) -> None:
        self._shown, self._row = shown, row

    def __call__(self, share: float) -> None:
        self._shown.update(self._row, completed=share)  # type: ignore[arg-type]


def _tell_results(works: dict[Future[PreparedFilm], Path]) -> int:
    """One line for each film as it is done; returns how many could not be made."""
    faults, open_works = 0, set(works)
    while open_works:
        done, open_works = wait(open_works, timeout=0.5, return_when=FIRST_COMPLETED)
        for work in done:
            try:
                out.print(escape(for_terminal(_line_of(works[work], work.result()))), soft_wrap=True)
            except PrepareCancelled:
                faults += 1
            except PrepareError as error:
                faults += 1
                err.print(f"[red]{escape(for_terminal(str(error)))}[/red]", soft_wrap=True)
            except OSError as error:
                faults += 1
                place = f"{error.filename or works[work].name}: {os.strerror(error.errno or 5)}"
                err.print(f"[red]{escape(for_terminal(place))}[/red]", soft_wrap=True)
    return faults


def _line_of(film: Path, made: PreparedFilm) -> str:
    sound = "" if made.sound else ", no sound"
    return (
        f"{film.name} -> {made.file}: {made.width}x{made.height}, {made.rate} pictures a second, {made.length_s:.1f} s"
        f"{sound}, {decimal(made.size_bytes)} (was {decimal(made.before_bytes)})"
    )
