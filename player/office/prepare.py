"""A film made light: of anything that ffmpeg reads, one that every panel plays.

Knows: what such a film is (H.264 High, 8 bit, 4:2:0, BT.709, 25 or 30 pictures a second, a key frame every 2 s, upright,
square pixels, not interlaced, AAC stereo at -16 LUFS, the index in front), and ffmpeg's words for it.
Touches: ffmpeg (limited_ffmpeg.py), and the target's folder: the film is written beside its place, looked into, and then renamed.
Must not: print or ask, nor leave half a film behind. `panel-office prepare` calls it.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from player.base.disk import Disk, part_of
from player.base.stream_clock import steps_of
from player.library.vetting.verdicts import FilmUnseen, Vetting, VettingFailed, VettingUndone
from player.office.limited_ffmpeg import run_ffmpeg
from player.office.probed_film import (
    FILMS,
    HD_LINES,
    OWN_FILE_ONLY,
    PrepareError,
    ProbedFilm,
    address_of,
    probe_film,
)

LARGEST = (1920, 1080)
"""Without a size: what a mini-PC with two cores decodes with ease. An upright film may be as tall as this is wide."""
RATES = (25, 30)
KEY_FRAME_S = 2
QUALITY = 20
"""x264's constant rate factor: nobody sees a difference at an LED panel's distance."""
MOST_RATE = ("-maxrate", "12M", "-bufsize", "24M")
LOUDNESS = "loudnorm=I=-16:TP=-1.5:LRA=11"
MEASURED = frozenset({"input_i", "input_tp", "input_lra", "input_thresh", "target_offset"})
SILENCE_LUFS = -60.0
"""Below it nothing is made louder: it would be noise."""
MEASURING_SHARE = 0.1
"""Of the work: how loud the sound is."""
MOST_PIXELS = 8192 * 8192
"""ffmpeg decodes nothing larger: a hostile file's 60,000 x 60,000 pixels would take all memory."""
JUMP_S, FILLED_S = 2.0, 10.0
"""So far a clock must jump ahead to stand still on a panel; from so far on ffmpeg takes it for a new beginning by itself."""
LOST_SHARE = 0.05
LOST_S = 2.0
"""What may be missing at the end: containers round their lengths."""
DEINTERLACE = "bwdif=mode=send_frame:deint=interlaced"
SCALED_FROM = {
    "bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470", "fcc": "fcc", "smpte240m": "smpte240m",
    "bt2020nc": "bt2020", "bt2020c": "bt2020",
}  # fmt: skip
"""What a film says of its matrix -> what the filter `scale` calls it; of any other the guess is taken."""
SAY_COLOURS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
"""On the pictures too: since FFmpeg 7 what they say goes before what the encoder is told."""
TO_ORDINARY_COLOURS = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
)
"""From HDR. 203 cd/m2 is the white of ordinary pictures in it (ITU-R BT.2408)."""


@dataclass(frozen=True, slots=True)
class PreparedFilm:
    """file: where it is now. size_bytes, before_bytes: of it, and of what it was made of."""

    file: Path
    width: int
    height: int
    rate: int
    length_s: float
    size_bytes: int
    before_bytes: int
    sound: bool


def prepare(
    film: Path,
    target: Path,
    box: tuple[int, int] | None = None,
    tell: Callable[[float], None] = lambda share: None,
    cancelled: threading.Event | None = None,
) -> PreparedFilm:
    """Writes `target` (a name that ends in .mp4), whole or not at all.

    box: the film is not made larger than this width and height. tell: hears the share that is done, 0.0 to 1.0.
    Raises PrepareError (nothing can be made of it), PrepareCancelled and OSError (the disk).
    """
    stop = cancelled or threading.Event()
    if target.exists() and target.samefile(film):
        raise PrepareError(f"{film.name}: the film itself would be replaced; choose another folder with -o")
    facts = probe_film(film)
    disk = Disk()
    disk.make_folder(target.parent)
    part = part_of(target)
    try:
        measuring = MEASURING_SHARE if facts.sound is not None else 0.0
        sound = _sound_words(film, facts, lambda share: tell(share * measuring), stop)
        words = [*film_words(film, facts, box, sound), "-f", "mp4", f"file:{part.absolute()}"]
        run_ffmpeg(words, film, part, facts, lambda share: tell(measuring + share * (1 - measuring)), stop)
        made = _look_into(film, facts, part)
        with open(part, "rb+") as file:
            disk.sync_file(file.fileno())
        disk.rename(part, target)
    finally:
        disk.remove(part)
    disk.sync_folder(target.parent)
    tell(1.0)
    width, height, length_s = made
    return PreparedFilm(
        target, width, height, pick_rate(facts.rate), length_s, target.stat().st_size, film.stat().st_size,
        facts.sound is not None,
    )  # fmt: skip


# ---- what is asked of ffmpeg: values only


def pick_rate(rate: Fraction) -> int:
    """25 or 30: the nearer, when pictures are left out or repeated by whole numbers. 50 becomes 25, 60 and 15 become 30."""
    return min(RATES, key=lambda wanted: abs(_by_whole_numbers(rate, wanted) / wanted - 1))


def _by_whole_numbers(rate: Fraction, wanted: int) -> Fraction:
    return rate / round(rate / wanted) if rate >= wanted else rate * round(wanted / rate)


def pick_size(facts: ProbedFilm, box: tuple[int, int] | None) -> tuple[int, int]:
    """As people see the film, never enlarged, inside the box, even numbers (4:2:0 has one colour for two pixels)."""
    width, height = facts.size_seen
    most = box or (LARGEST if width >= height else LARGEST[::-1])
    scale = min(Fraction(1), Fraction(most[0], width), Fraction(most[1], height))
    return _even(width * scale), _even(height * scale)


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)


def film_words(film: Path, facts: ProbedFilm, box: tuple[int, int] | None, sound: list[str]) -> list[str]:
    """What ffmpeg is told but for the output. ffmpeg turns the film upright by itself, before the first filter."""
    rate = pick_rate(facts.rate)
    width, height = pick_size(facts, box)
    known = SCALED_FROM.get(facts.matrix) or ("bt709" if min(facts.size_seen) > HD_LINES else "smpte170m")
    colours = (
        [TO_ORDINARY_COLOURS, f"scale={width}:{height}:flags=lanczos"]
        if facts.is_high_range
        else [
            f"scale={width}:{height}:flags=lanczos+accurate_rnd:in_color_matrix={known}:out_color_matrix=bt709:out_range=tv"
        ]
    )
    filters = [DEINTERLACE, f"fps={rate}", *colours, "setsar=1", "format=yuv420p", SAY_COLOURS]
    return [
        *_reading(film), "-map", f"0:{facts.picture}", *sound, "-sn", "-dn",
        "-map_metadata", "-1", "-map_chapters", "-1", "-vf", ",".join(filters),
        "-c:v", "libx264", "-profile:v", "high", "-preset", "medium", "-crf", str(QUALITY), *MOST_RATE,
        "-g", str(rate * KEY_FRAME_S), "-keyint_min", str(rate * KEY_FRAME_S), "-sc_threshold", "0",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-movflags", "+faststart", "-progress", "pipe:1", "-nostats",
    ]  # fmt: skip


def _reading(film: Path) -> list[str]:
    return [
        "-nostdin", "-y", "-hide_banner", "-v", "error", *_clock_words(film), *OWN_FILE_ONLY,
        "-format_whitelist", FILMS, "-max_pixels", str(MOST_PIXELS), "-i", address_of(film),
    ]  # fmt: skip


def _clock_words(film: Path) -> list[str]:
    """Where a recording's clock jumps ahead, its pictures follow each other all the same; of itself ffmpeg fills up to 10 s."""
    with open(film, "rb") as file:
        jumps = any(JUMP_S < step_s <= FILLED_S for step_s in steps_of(file.fileno()))
    return ["-dts_delta_threshold", "1"] if jumps else []


# ---- ffmpeg


def _sound_words(film: Path, facts: ProbedFilm, tell: Callable[[float], None], stop: threading.Event) -> list[str]:
    """Measured first and then made louder or quieter as a whole, so that music keeps its quiet places."""
    if facts.sound is None:
        return ["-an"]
    stereo = "aformat=channel_layouts=stereo"
    words = [*_reading(film), "-map", f"0:{facts.sound}", "-vn", "-sn", "-dn",
             "-af", f"{stereo},{LOUDNESS}:print_format=json", "-v", "info", "-progress", "pipe:1", "-nostats",
             "-f", "null", "-"]  # fmt: skip
    said = run_ffmpeg(words, film, None, facts, tell, stop)
    measured = _measured(said)
    loud = measured.get("input_i", -math.inf)
    level = [stereo]
    if loud > SILENCE_LUFS:
        level.append(
            f"{LOUDNESS}:linear=true:measured_I={loud}:measured_TP={measured['input_tp']}"
            f":measured_LRA={measured['input_lra']}:measured_thresh={measured['input_thresh']}"
            f":offset={measured['target_offset']}"
        )
    return [
        "-map",
        f"0:{facts.sound}",
        "-af",
        ",".join(level),
        "-c:a",
        "aac",
        "-b:a",
        "160k",
        "-ac",
        "2",
        "-ar",
        "48000",
    ]


def _measured(said: str) -> dict[str, float]:
    """What ffmpeg's meter says of the sound; empty, where that makes no sense."""
    found = re.search(r"\{[^{}]*\"input_i\"[^{}]*\}", said)
    try:
        told = {key: str(value) for key, value in json.loads(found[0]).items()} if found else {}
    except ValueError:
        return {}
    numbers = {key: float(value) for key, value in told.items() if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", value)}
    return numbers if numbers.keys() >= MEASURED else {}


def _look_into(film: Path, facts: ProbedFilm, part: Path) -> tuple[int, int, float]:
    """Width, height and length, by the panel's own vetting; where that sees no films, by ffprobe. Raises PrepareError."""
    try:
        with Vetting(MOST_PIXELS) as vetting:
            verdict = vetting.judge(part)
    except FilmUnseen:
        seen = probe_film(part)
        return _expect_whole(film, facts, *seen.size_seen, seen.length_s or 0.0)
    except (VettingFailed, VettingUndone) as error:
        raise PrepareError(f"{film.name}: what was made of it could not be looked into ({error}); try again") from error
    if verdict.kind is None:
        raise PrepareError(f"{film.name}: nothing that can be shown came out of it ({verdict.why}); export it again")
    return _expect_whole(film, facts, verdict.width, verdict.height, verdict.length_s or 0.0)


def _expect_whole(film: Path, facts: ProbedFilm, width: int, height: int, made_s: float) -> tuple[int, int, float]:
    """What was made is as long as the film said. Raises PrepareError."""
    wanted_s = facts.length_s or 0.0
    if facts.length_is_said and wanted_s - made_s > max(LOST_S, wanted_s * LOST_SHARE):
        raise PrepareError(
            f"{film.name}: only {made_s:.0f} of its {wanted_s:.0f} s can be read: it is cut short or damaged; "
            "copy it again, or export it anew"
        )
    return width, height, made_s
