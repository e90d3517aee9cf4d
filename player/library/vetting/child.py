"""The vetting child: looks into one file after another and says what each is, or why it may not be shown.

Knows: which containers VLC plays, what cut, empty and disguised files look like (facts.md, "libvlc"; libmediainfo).
Touches: the files it is told, reading only; stdin and stdout (a JSON line each). It runs with limits, in its own process.
Must not: be imported by the daemon's process: what a hostile file does to libmediainfo must stay in here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Any

from pymediainfo import MediaInfo

from player.base.children import answer_questions
from player.library.vetting.head import HEAD_BYTES, fault_of_head
from player.library.vetting.pictures import PictureFault, read_picture
from player.library.vetting.sizes import find_size_change

_ZERO_BLOCK = bytes(4096)
_TS_PACKETS_BYTES = (188, 192, 204)

_VIDEO_CONTAINERS = frozenset(
    [
        "MPEG-4", "QuickTime", "Matroska", "WebM", "AVI", "MPEG-TS", "BDAV", "MPEG-PS", "MPEG Video", "Windows Media",
        "Ogg", "Flash Video", "MXF", "AVC", "HEVC", "DV", "MPEG-4 Visual", "H.263", "DivX", "RealMedia", "NUT", "IVF",
        "AV1", "VC-1",
    ]
)  # fmt: skip
_AUDIO_CONTAINERS = frozenset(
    ["MPEG Audio", "Wave", "Wave64", "FLAC", "AAC", "ADTS", "AC-3", "E-AC-3", "AIFF", "AMR", "Opus", "Vorbis", "Monkey's Audio",
     "WavPack", "DTS", "ADIF", "TTA", "Musepack SV7", "Musepack SV8", "MIDI", "AU"]
)  # fmt: skip
_PICTURES_NOT_SHOWN = frozenset(["TIFF", "HEIF", "AVIF", "JPEG 2000", "PSD", "EXR", "DPX", "ICO", "TGA", "PCX"])


_OPTIONS = {
    "File_TestContinuousFileNames": "0",  # no other file is looked into
    "File_GrowingFile_Delay": "0",  # a file written just now would be watched for 0.2 s; it is a finished copy
}


_ENDINGS = (
    (4, b"ftyp", ".mp4"),
    (0, b"\x1aE\xdf\xa3", ".mkv"),
    (0, b"RIFF", ".avi"),
    (0, b"G", ".ts"),
    (0, b"\0\0\1\xba", ".mpg"),
)


def _parse(path: str, head: bytes) -> MediaInfo:
    """libmediainfo tries its parsers by the ending first, and a blob has none: 5 ms instead of 0.2 s (2026-11-22).

    The link lies alone in a folder, so that no neighbour of the file can be taken for a part of it.
    """
    ending = next((name for at, magic, name in _ENDINGS if head.startswith(magic, at)), "")
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a full or read-only /tmp costs the 0.2 s, not the file
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="panel-vetting-"))
            os.symlink(os.path.abspath(path), link := os.path.join(folder, f"file{ending}"))
            path = link
        return MediaInfo.parse(path, parse_speed=0.5, mediainfo_options=_OPTIONS)


def look_into(path: str) -> dict[str, Any]:
    """{"kind": "video" | "image", "width", "height", "length_s"} or {"why": ..., "cut": bool}. See
    vetting/verdicts.py, `Verdict`.

    Pictures are drawn by Pillow, not by libvlc; of a GIF or WebP that moves it shows the first picture.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEAD_BYTES)
        if (fault := fault_of_head(head)) is not None:
            return _refused(fault.why, cut=fault.cut)
        file.seek(0)
        picture = read_picture(file)
        if picture is not None:
            return _seen("image", picture.width, picture.height, None)
        file.seek(max(0, size - 4096))
        ends_in_zeros = _zeros_at_end(file.fileno(), size)
    verdict = _judge(_parse(path, head), ends_in_zeros, size)
    if "kind" in verdict and (changed := find_size_change(path)):
        sizes = ", then ".join(f"{width}x{height}" for width, height in changed)
        return _refused(
            f"its picture changes its size inside the film ({sizes}), black at each change; convert it to one size"
        )
    return verdict


def _zeros_at_end(number: int, size: int) -> int:
    """How many bytes at the end are zero, in steps of 4 KiB."""
    end = size
    while end >= 4096 and os.pread(number, 4096, end - 4096) == _ZERO_BLOCK:
        end -= 4096
    return size - end


def _judge(found: MediaInfo, zeros: int, size: int) -> dict[str, Any]:
    general = found.general_tracks[0].to_data() if found.general_tracks else {}
    container = general.get("format")
    videos = [track.to_data() for track in found.video_tracks]
    truncated = general.get("istruncated") == "Yes"
    if container is None:
        if zeros * 2 > size:
            return _refused("most of it is zeros; it is not written yet, or damaged", cut=True)
        return _refused("it is not a video or a picture that is known here", cut=truncated)
    if container in _PICTURES_NOT_SHOWN:
        return _refused(f"{container} pictures are not shown; save it as PNG or JPEG")
    if truncated:
        return _refused("it is cut short", cut=True)
    if container in _AUDIO_CONTAINERS or (container in _VIDEO_CONTAINERS and not videos and found.audio_tracks):
        return _refused("it has no picture, only sound")
    if container not in _VIDEO_CONTAINERS:
        return _refused(f"{container} is not a video or a picture that is known here")
    if not videos:
        return _refused("it is cut short (its index is not there)", cut=True)
    if any(track.get("source") for track in videos):
        return _refused("it refers to another file or address instead of holding its picture")
    # H.264 and its kin never hold kilobytes of zeros: what ends so was preallocated and not written to its end.
    if zeros >= max(4096, min(size // 64, 1 << 20)):
        return _refused("its end is zeros; it is not copied to its end yet, or damaged", cut=True)
    if container == "MPEG-TS" and all(size % packet for packet in _TS_PACKETS_BYTES):
        return _refused("it is cut short (it ends in the middle of a packet)", cut=True)
    width, height = (_whole(videos[0].get(side)) for side in ("width", "height"))
    if not width or not height:
        return _refused("its picture has no size; it is damaged", cut=True)
    length_ms = _number(videos[0].get("duration")) or _number(general.get("duration"))
    return _seen("video", width, height, length_ms / 1000 if length_ms else None)


def _seen(kind: str, width: int, height: int, length_s: float | None) -> dict[str, Any]:
    return {"kind": kind, "width": width, "height": height, "length_s": length_s}


def _refused(why: str, *, cut: bool = False) -> dict[str, Any]:
    return {"why": why, "cut": cut}


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 0 < number < 1e12 else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def answer(path: str) -> dict[str, Any]:
    try:
        return look_into(path)
    except PictureFault as fault:
        return _refused(str(fault), cut=fault.cut)
    except MemoryError:
        return _refused("looking into it takes more than 1 GB of memory")
    except OSError as error:
        return {"error": os.strerror(error.errno) if error.errno else str(error)}
    except Exception as error:  # noqa: BLE001  # a third-party parser on a hostile file: whatever it raises is a refusal
        return _refused(f"it cannot be looked into ({type(error).__name__})")


if __name__ == "__main__":
    answer_questions(answer)
