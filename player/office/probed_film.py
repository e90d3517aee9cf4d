"""What ffprobe says of a file from anywhere: enough to make a film of it that every panel plays.

Knows: ffprobe's JSON, and what a film's stored pixels become before people see them (sample aspect, turning).
Touches: one ffprobe process for each file, which has limits and may open that file and no address.
Must not: believe a file's ending, nor decide what is made of the film (office/prepare.py does).
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from player.base.limited_program import ProgramLimits, limited_environment, limited_words
from player.base.strict_json import as_table, parse_json
from player.library.vetting.head import HEAD_BYTES, fault_of_head
from player.office.signing import OfficeError

ASK_S = 60.0
"""For ffprobe, which reads a film's beginning and its index; a share over a slow line needs some of it."""
LIMITS = ProgramLimits(memory_bytes=1 << 30, cpu_s=60, file_bytes=4 << 20)
"""ffprobe's words about a film of a thousand streams are a megabyte."""
FILMS = (
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,live_flv,ogg,mxf,dv,h264,hevc,m4v,ivf,nut,rm,wtv,obu,vc1,gif,apng"
)
"""FFmpeg's names of what is read. A list of other files or addresses (HLS, concat, SDP) is none: it would be followed."""
PICTURES = frozenset(
    ["image2", "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "jpegls_pipe", "svg_pipe", "psd_pipe"]
)
CLOCKED = frozenset(["mpegts", "mpeg"])
OWN_FILE_ONLY = ("-protocol_whitelist", "file")
LONGEST_FRAME_S = Fraction(1, 5)
"""A GIF that is no longer than this is a picture."""
HD_LINES = 576
"""A film without a word about its colours is BT.709 above this height, and BT.601 up to it, as every player guesses."""


class PrepareError(OfficeError):
    """Nothing can be made of this file; the message says whose fault it is and what to do."""


@dataclass(frozen=True, slots=True)
class ProbedFilm:
    """picture, sound: numbers of the streams. width, height: as stored. turn: degrees clockwise until it is upright.

    rate: pictures a second. matrix, transfer: FFmpeg's names, "" when the film does not say. length_s None: unknown.

    length_is_said: by the container's index; of a recording without one (TS, PS) it follows from a clock that may jump.
    """

    picture: int
    width: int
    height: int
    turn: int = 0
    sample_aspect: Fraction = Fraction(1)
    rate: Fraction = Fraction(25)
    matrix: str = ""
    transfer: str = ""
    length_s: float | None = None
    length_is_said: bool = True
    sound: int | None = None

    @property
    def size_seen(self) -> tuple[int, int]:
        """Width and height as people see the film: with square pixels, upright. No side is smaller than as stored."""
        aspect = self.sample_aspect
        width = round(self.width * aspect) if aspect > 1 else self.width
        height = round(self.height / aspect) if aspect < 1 else self.height
        return (height, width) if self.turn % 180 else (width, height)

    @property
    def is_high_range(self) -> bool:
        """HDR, as telephones film by default: its colours are brought to those of a panel."""
        return self.transfer in ("smpte2084", "arib-std-b67")


def probe_film(film: Path) -> ProbedFilm:
    """Raises PrepareError: no film, not readable, or ffprobe is not there."""
    name = film.name
    if (fault := _fault_of_beginning(film)) is not None:
        raise PrepareError(f"{name}: {fault}")
    program = [
        program_called("ffprobe"), "-v", "error", "-hide_banner", *OWN_FILE_ONLY,
        "-format_whitelist", ",".join([FILMS, *sorted(PICTURES)]),
        "-show_streams", "-show_format", "-of", "json", "-i", address_of(film),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:  # which its limits bound
        try:
            status = subprocess.run(
                limited_words(program, LIMITS, film), stdin=subprocess.DEVNULL, stdout=told, stderr=complaints,
                timeout=ASK_S, check=False, env=limited_environment(),
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise PrepareError(
                f"{name}: it could not be read within {ASK_S:g} s; copy it to this computer first"
            ) from error
        if status != 0:
            raise PrepareError(f"{name}: {why_unreadable(_read(complaints).decode(errors='replace'))}")
        try:
            return facts_of(name, as_table(parse_json(_read(told))))
        except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError) as error:
            raise PrepareError(f"{name}: ffprobe says nothing usable of it; export the film again as MP4") from error


def program_called(name: str) -> str:
    """Where ffmpeg or ffprobe lies. Raises PrepareError."""
    place = shutil.which(name)
    if place is None:
        raise PrepareError("ffmpeg is not on this computer; install it (Debian: apt install ffmpeg) and try again")
    return place


def _read(said: IO[bytes]) -> bytes:
    said.seek(0)
    return said.read(LIMITS.file_bytes)


def _fault_of_beginning(film: Path) -> str | None:
    """What its first bytes tell before FFmpeg looks: a text named .mp4 is no film that is cut short."""
    try:
        with open(film, "rb") as file:
            fault = fault_of_head(file.read(HEAD_BYTES))
    except OSError as error:
        return why_unreadable(f"{os.strerror(error.errno or 5)}")
    return None if fault is None else f"{fault.why}; give the film itself"


def address_of(film: Path) -> str:
    """So that a name like `rtsp:x.mp4` or `-y.mp4` is a file and nothing else."""
    return f"file:{film.absolute()}"


def why_unreadable(complaint: str) -> str:
    """A sentence from FFmpeg's complaint."""
    if "Permission denied" in complaint:
        return "it may not be read; give yourself the right to read it"
    if "No such file" in complaint:
        return "it is not there; check its name"
    if "whitelist" in complaint:
        return "it is a list of other files or addresses, or of a kind that is no film; give the film itself"
    if "moov atom not found" in complaint:
        return "it is cut short (its index is missing); copy it again, or export it anew"
    return "it is no film that can be read here: damaged, cut short or of another kind; export it again as MP4"


def facts_of(name: str, told: Mapping[str, Any]) -> ProbedFilm:
    """From ffprobe's JSON. Raises PrepareError, and what a wrong JSON raises."""
    streams, general = told["streams"], told["format"]
    pictures = [each for each in streams if each.get("codec_type") == "video" and not _is_cover(each)]
    sounds = [each for each in streams if each.get("codec_type") == "audio"]
    length_s = _seconds(general.get("duration"))
    if general["format_name"] in PICTURES or (general["format_name"] == "gif" and (length_s or 0) <= LONGEST_FRAME_S):
        raise PrepareError(f"{name}: it is a picture, and a panel shows it as it is; put it into the folder")
    if not pictures:
        raise PrepareError(f"{name}: it has no moving picture" + (", only sound" if sounds else ""))
    picture = max(pictures, key=lambda each: int(each.get("width", 0)) * int(each.get("height", 0)))
    width, height = int(picture.get("width", 0)), int(picture.get("height", 0))
    if not width or not height or picture.get("codec_name", "unknown") == "unknown":
        raise PrepareError(f"{name}: its picture cannot be decoded here; export the film again as MP4 with H.264")
    return ProbedFilm(
        picture=int(picture["index"]),
        width=width,
        height=height,
        turn=_turn(picture),
        sample_aspect=_ratio(picture.get("sample_aspect_ratio"), ":") or Fraction(1),
        rate=_ratio(picture.get("avg_frame_rate"), "/") or _ratio(picture.get("r_frame_rate"), "/") or Fraction(25),
        matrix=_known(picture.get("color_space")),
        transfer=_known(picture.get("color_transfer")),
        length_s=_seconds(picture.get("duration")) or length_s,
        length_is_said=general["format_name"] not in CLOCKED,
        sound=int(sounds[0]["index"]) if sounds else None,
    )


def _is_cover(stream: Mapping[str, Any]) -> bool:
    """The picture of an album, or a telephone's preview, beside the film."""
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _turn(stream: Mapping[str, Any]) -> int:
    """FFmpeg tells the display matrix as degrees counter-clockwise."""
    told = [each["rotation"] for each in stream.get("side_data_list", []) if "rotation" in each]
    return round(-float(told[0]) / 90) * 90 % 360 if told else 0


def _ratio(text: object, between: str) -> Fraction | None:
    over, _, under = str(text).partition(between)
    if not (over.isdigit() and under.isdigit() and int(over) and int(under)):
        return None
    return Fraction(int(over), int(under))


def _seconds(text: object) -> float | None:
    try:
        seconds = float(str(text))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _known(text: object) -> str:
    return "" if text in (None, "unknown", "reserved", "unspecified") else str(text)
