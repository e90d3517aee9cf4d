"""A city's red is its red: patches of films in every matrix, measured on the screen of the x11 output."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.core.model import MediaItem
from player.screen.decoder.colours import BT601, BT709, ROWS, Matrices, find_plugins, guess_matrix
from player.screen.x11.server import XServer
from tests.kit.clips import encode
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

PATCHES = [
    (200, 30, 30), (30, 170, 30), (30, 30, 200), (220, 200, 30), (235, 235, 235), (128, 128, 128), (16, 16, 16),
    (230, 120, 30), (250, 250, 250), (0, 160, 200), (180, 40, 160), (90, 60, 40),
]  # fmt: skip
COLUMNS, ROWS_OF_PATCHES = 4, 3
MOST_ERROR = 4
SIZE = (640, 360)
TAGS = {"bt601": "smpte170m", "bt709": "bt709", "bt2020": "bt2020nc"}


def paint_patches(path: Path) -> Path:
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(PATCHES):
        row, column = divmod(number, COLUMNS)
        picture[row * height // 3 : (row + 1) * height // 3, column * width // 4 : (column + 1) * width // 4] = colour
    Image.fromarray(picture).save(path)
    return path


LOOK_S = 0.03
"""Between two looks at all of the screen."""


def worst_error(display: str, upside_down: bool) -> int:
    """The largest difference of any patch's middle from its colour, of 255."""
    with XServer(display) as server:
        width, height = server.width, server.height
        screen = np.frombuffer(server.grab(server.root, (0, 0, width, height)), np.uint8).reshape(height, width, 4)[
            :, :, 2::-1
        ]
    if upside_down:
        screen = screen[::-1, ::-1]
    errors = []
    for number, colour in enumerate(PATCHES):
        row, column = divmod(number, COLUMNS)
        middle = screen[int((row + 0.5) * height / ROWS_OF_PATCHES), int((column + 0.5) * width / COLUMNS)]
        errors.append(int(np.abs(middle.astype(int) - colour).max()))
    return max(errors)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaItem]:
    """BT.601, 709 and 2020, of limited and of full range, of 10 bits; VP9, of whose range VLC does not tell its converter."""
    folder = tmp_path_factory.mktemp("colours")
    picture = paint_patches(folder / "patches.png")
    made = {}
    for matrix, tag in TAGS.items():
        for span, pixels in (("tv", "yuv420p"), ("pc", "yuvj420p"), ("tv", "yuv420p10le")):
            film = folder / f"{matrix}-{span}-{pixels}.mp4"
            words = (
                f"scale=out_color_matrix={matrix}:out_range={span}:flags=accurate_rnd+full_chroma_int,format={pixels}"
            )
            encode(film, "-loop", "1", "-i", picture, "-t", "60", "-r", "5", "-vf", words, "-c:v", "libx264", "-qp", "4",
                   "-preset", "ultrafast", "-colorspace", tag, "-color_range", span)  # fmt: skip
            made[film.stem] = replace(item_of(film), width=SIZE[0], height=SIZE[1], matrix=tag, full_range=span == "pc")
    film = folder / "vp9-pc.webm"
    words = "scale=out_color_matrix=bt709:out_range=pc:flags=accurate_rnd+full_chroma_int,format=yuv420p"
    encode(film, "-loop", "1", "-i", picture, "-t", "20", "-r", "5", "-vf", words, "-c:v", "libvpx-vp9", "-deadline", "realtime",
           "-cpu-used", "8", "-crf", "4", "-b:v", "0", "-colorspace", "bt709", "-color_range", "pc")  # fmt: skip
    made[film.stem] = replace(item_of(film), width=SIZE[0], height=SIZE[1], matrix="bt709", full_range=True)
    return made


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize(("display_size", "rotation"), [("640x360", 0), ("960x512", 0), ("640x360", 180)])
def test_each_matrix_is_shown_as_itself(films: dict[str, MediaItem], display_size: str, rotation: int) -> None:
    """One film after the other in the same two decoders, unscaled, scaled and turned: no patch is off by more than 4 of 255."""
    chosen = list(films.values()) if rotation == 0 else [films["bt709-tv-yuv420p"]]
    how = {"output": "x11", "fit": "stretch", "rotation": rotation}
    with running_xvfb(display_size) as display, Rig(display, chosen, screen=how) as rig:
        for number, film in enumerate(chosen):
            rig.show(number)
            wait_for(lambda: worst_error(display, rotation == 180) <= MOST_ERROR, 20, film.path, LOOK_S)


@pytest.mark.parametrize(
    ("matrix", "size", "wanted"),
    [
        ("", (640, 360), "smpte170m"), ("", (720, 576), "smpte170m"), ("", (1280, 720), "bt709"), ("", (1080, 1920), "bt709"),
        ("", (3840, 2160), "bt709"), ("", (0, 0), "bt709"), ("gbr", (1280, 720), "bt709"),
        ("smpte170m", (1920, 1080), "smpte170m"), ("bt709", (320, 180), "bt709"), ("bt2020nc", (1920, 1080), "bt2020nc"),
    ],
)  # fmt: skip
def test_a_film_that_says_nothing_is_taken_as_every_player_does(
    matrix: str, size: tuple[int, int], wanted: str
) -> None:
    """HD is BT.709, what is smaller BT.601; what the film says counts more; a stream of unknown size is HD."""
    assert guess_matrix(matrix, *size) == wanted


LOOK = """
import ctypes, sys
sys.path.insert(0, {root!r})
import vlc
from player.screen.decoder.colours import Matrices, find_plugins, PLUGIN
vlc.libvlc_get_version()
matrices = Matrices(find_plugins())
read = ctypes.CDLL(find_plugins() + "/" + PLUGIN).sws_getCoefficients
read.restype = ctypes.POINTER(ctypes.c_int32 * 4)
for matrix in ("bt709", "bt2020nc", "smpte170m"):
    print(matrices.use(matrix), *read(5).contents)
"""


@pytest.mark.live
def test_the_row_of_not_said_becomes_each_matrix_and_back(tmp_path: Path) -> None:
    """In a process of its own, in the table of the very libswscale that VLC loads."""
    code = LOOK.format(root=str(Path(__file__).parents[2]))
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.splitlines()
    assert told[0].split() == ["True", *map(str, BT709)]
    assert told[1].split()[0] == "True"
    assert told[1] != told[0]
    assert told[2].split() == ["True", *map(str, BT601)]


def test_an_unknown_table_is_left_alone() -> None:
    """Without VLC's plugins, or with other numbers in the table, nothing is written and the film is shown all the same."""
    assert Matrices(None).use("bt709") is False
    assert Matrices("/nonexistent").use("bt709") is False
    assert ROWS["smpte170m"] == 5
    assert ctypes.sizeof(ctypes.c_int32 * 4) == 16
    assert find_plugins() is None or find_plugins() != "/nonexistent"
