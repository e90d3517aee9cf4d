"""The matrix of media files: container x codec x depth x chroma x rate x size x oddity, and what becomes of each.

Knows: the recipe of each file, and what is right for it. Touches: a folder of its own, an X server of its own; the manual
`player/docs/media.md`, only with --write. Must not: be part of a quick test: it makes some 170 films and plays them.

    python -m tests.media_matrix            makes, vets and plays each; exit status 1 when one is not as it should be
    python -m tests.media_matrix --write    the same, and writes the table into player/docs/media.md
    python -m tests.media_matrix --only h264,avi    those whose name holds one of these words

The picture is four quarters and two ends, each in its colour (tests/kit/oriented.py): geometry and colours are seen at once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from player.contract import commands as c
from player.core.geometry import Orientation
from player.core.model import Fit, MediaItem
from player.library.vetting.verdicts import Verdict, Vetting
from player.screen.x11.server import XServer
from tests.kit.clip_cache import take_clip
from tests.kit.odd_films import piped, turned, with_codec
from tests.kit.oriented import paint, sure_points, wrong_points
from tests.kit.rig import Rig
from tests.kit.xvfb import running_xvfb

MANUAL = Path(__file__).parent.parent / "player" / "docs" / "media.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- /matrix -->"
MOST_PIXELS = 7680 * 4320
SIZE = (320, 180)
SECONDS = 2
FIRST_LOOK_S, LONGEST_LOOK_S = 0.1, 8.0

NOT_FOR_VLC = frozenset(
    {"mpeg2.mov", "utvideo.avi", "snow.avi", "losslessjpeg.avi", "magicyuv.avi", "cineform.mov", "vc2.mkv"}
)
"""FFmpeg decodes them, VLC 3 shows nothing of them, and VC-2 ends its process (2026-11-26)."""
X264 = ("-c:v", "libx264", "-preset", "ultrafast")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "rc=0")
YUV = ("-pix_fmt", "yuv420p")


@dataclass(frozen=True)
class Sample:
    """One file. words: ffmpeg's, for the encoding and the container. source: what is encoded, "" the picture.

    change: what is done to its bytes afterwards. refused: "" for a film that is shown, else words of the sentence.
    aspect: how much wider than tall a pixel is; 0: as the format has it.
    """

    name: str
    ending: str
    codec: str
    oddity: str
    words: tuple[str, ...]
    size: tuple[int, int] = SIZE
    rate: str = "10"
    change: Callable[[bytes], bytes] | None = None
    through_pipe: tuple[str, ...] = ()
    raw: bytes | None = None
    refused: str = ""
    aspect: float = 1.0
    frames: int = 0
    sound: tuple[str, ...] = field(default=())


def samples() -> list[Sample]:
    return [*_containers(), *_depths(), *_rates(), *_sizes(), *_odd(), *_refused()]


def _containers() -> Iterator[Sample]:
    for codec, words, endings in (
        ("H.264", (*X264, *YUV), "mp4 mov mkv avi ts m2ts flv nut asf 3gp mpg m4v"),
        ("HEVC", (*X265, *YUV), "mp4 mov mkv ts"),
        ("VP8", ("-c:v", "libvpx", *YUV), "webm mkv avi"),
        ("VP9", (*VP9, *YUV), "webm mkv mp4"),
        ("AV1", (*AV1, *YUV), "mp4 webm mkv"),
        ("MPEG-2", ("-c:v", "mpeg2video", "-q:v", "3", *YUV), "mpg vob ts mkv avi mov mxf"),
        ("MPEG-1", ("-c:v", "mpeg1video", "-q:v", "3", *YUV), "mpg avi"),
        ("MPEG-4", ("-c:v", "mpeg4", "-q:v", "3"), "mp4 avi mkv mov 3gp ts"),
        ("MS-MPEG-4", ("-c:v", "msmpeg4", "-q:v", "3"), "avi asf"),
        ("WMV 7", ("-c:v", "wmv1", "-q:v", "3"), "wmv"),
        ("WMV 8", ("-c:v", "wmv2", "-q:v", "3"), "wmv avi"),
        ("Flash Video", ("-c:v", "flv1", "-q:v", "3"), "flv"),
        ("Motion JPEG", ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"), "avi mov mkv mp4"),
        ("ProRes 422", ("-c:v", "prores_ks", "-profile:v", "2"), "mov mkv"),
        ("ProRes 4444", ("-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuv444p10le"), "mov"),
        ("Theora", ("-c:v", "libtheora", "-q:v", "7", *YUV), "ogv mkv"),
        ("FFV1", ("-c:v", "ffv1"), "mkv avi"),
        ("HuffYUV", ("-c:v", "huffyuv"), "avi"),
        ("Ut Video", ("-c:v", "utvideo"), "avi"),
        ("uncompressed", ("-c:v", "rawvideo", "-pix_fmt", "bgr24"), "avi"),
        ("uncompressed", ("-c:v", "rawvideo", "-pix_fmt", "uyvy422"), "mov"),
        ("PNG", ("-c:v", "png"), "mov"),
        ("QuickTime Animation", ("-c:v", "qtrle"), "mov"),
        ("Sorenson", ("-c:v", "svq1"), "mov"),
        ("RealVideo", ("-c:v", "rv20"), "rm"),
        ("Cinepak", ("-c:v", "cinepak"), "avi"),
        ("ZMBV", ("-c:v", "zmbv"), "avi"),
        ("Flash Screen", ("-c:v", "flashsv"), "flv"),
        ("Snow", ("-c:v", "snow", "-strict", "-2"), "avi"),
        ("ASUS", ("-c:v", "asv1"), "avi"),
        ("JPEG 2000", ("-c:v", "jpeg2000", "-pix_fmt", "yuv420p"), "mov"),
        ("Lossless JPEG", ("-c:v", "ljpeg", "-pix_fmt", "yuvj420p"), "avi"),
        ("MagicYUV", ("-c:v", "magicyuv"), "avi"),
        ("CineForm", ("-c:v", "cfhd"), "mov"),
        ("VC-2", ("-c:v", "vc2"), "mkv"),
        ("v210", ("-c:v", "v210"), "mov"),
        ("Video 1", ("-c:v", "msvideo1"), "avi"),
    ):  # fmt: skip
        for ending in endings.split():
            rate = "25" if codec in ("MPEG-2", "MPEG-1") or ending in ("mxf",) else "10"
            size = (352, 288) if codec == "RealVideo" else SIZE
            name = f"{_plain(codec)}.{ending}"
            refused = "its codec" if name in NOT_FOR_VLC else ""
            yield Sample(name, ending, codec, "", words, size=size, rate=rate, refused=refused)
    for codec, words, ending in (
        ("DV", ("-c:v", "dvvideo", "-pix_fmt", "yuv420p"), "avi"),
        ("DV", ("-c:v", "dvvideo", "-pix_fmt", "yuv420p"), "mov"),
        ("DNxHD", ("-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p"), "mov"),
        ("DNxHD", ("-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p"), "mxf"),
        ("H.263", ("-c:v", "h263"), "3gp"),
    ):
        size = (720, 576) if codec == "DV" else (352, 288) if codec == "H.263" else SIZE
        yield Sample(f"{_plain(codec)}.{ending}", ending, codec, "", words, size=size, rate="25", aspect=0.0)


def _depths() -> Iterator[Sample]:
    for codec, words, formats, ending in (
        ("H.264", X264, "yuv420p10le yuv422p yuv422p10le yuv444p yuv444p10le gray yuvj420p", "mp4"),
        ("HEVC", X265, "yuv420p10le yuv420p12le yuv422p10le yuv444p gray", "mp4"),
        ("VP9", VP9, "yuv420p10le yuv444p yuv422p", "webm"),
        ("AV1", AV1, "yuv420p10le", "mp4"),
        ("MPEG-2", ("-c:v", "mpeg2video", "-q:v", "3", "-profile:v", "0"), "yuv422p", "ts"),
    ):
        for name in formats.split():
            rate = "25" if codec == "MPEG-2" else "10"
            yield Sample(f"{_plain(codec)}-{name}.{ending}", ending, codec, name, (*words, "-pix_fmt", name), rate=rate)


def _rates() -> Iterator[Sample]:
    for rate in ["1", "5", "12.5", "15", "24000/1001", "24", "25", "30000/1001", "30", "50", "60", "120"]:
        yield Sample(
            f"rate-{rate.replace('/', '-')}.mp4", "mp4", "H.264", f"{rate} pictures a second", (*X264, *YUV), rate=rate
        )


def _sizes() -> Iterator[Sample]:
    for wide, tall in ((64, 36), (192, 96), (384, 192), (960, 512), (1280, 720), (1080, 1920), (1920, 1080), (2560, 1080),
                       (3840, 2160), (4096, 2160)):  # fmt: skip
        rate = "2" if wide * tall > 4_000_000 else "10"
        yield Sample(
            f"size-{wide}x{tall}.mp4", "mp4", "H.264", f"{wide}x{tall}", (*X264, *YUV), size=(wide, tall), rate=rate
        )
    yield Sample("size-odd.mkv", "mkv", "H.264", "321x181", (*X264, "-pix_fmt", "yuv444p"), size=(321, 181))


def _odd() -> Iterator[Sample]:
    h264 = (*X264, *YUV)

    def film(name: str, oddity: str, words: Sequence[str] = (), ending: str = "mp4", **more: object) -> Sample:
        return Sample(f"odd-{name}.{ending}", ending, "H.264", oddity, (*h264, *words), **more)  # type: ignore[arg-type]

    for degrees, mirrored in ((90, False), (180, False), (270, False), (0, True), (90, True)):
        told = f"turned by {degrees}" if degrees else ""
        told = " and ".join(filter(None, [told, "mirrored" if mirrored else ""]))
        yield film(f"turned-{degrees}-{mirrored}", told, change=_turn(degrees, mirrored))
    yield film("sar", "pixels 4:3 wide", ("-vf", "setsar=4/3"), aspect=4 / 3)
    yield film("sar-mkv", "pixels twice as wide", ("-vf", "setsar=2"), ending="mkv", aspect=2.0)
    yield film(
        "709", "BT.709, limited range", ("-colorspace", "bt709", "-color_range", "tv", "-color_primaries", "bt709")
    )
    yield film("interlaced", "interlaced", ("-flags", "+ildct+ilme", "-x264opts", "tff=1"), rate="25")
    yield film("fragments", "in fragments", ("-movflags", "frag_keyframe+empty_moov"))
    yield film("faststart", "index in front", ("-movflags", "+faststart"))
    yield film("live", "written live, no index", ending="mkv", through_pipe=("-c", "copy", "-f", "matroska"))
    yield film("live", "written live, no length", ending="flv", through_pipe=("-c", "copy", "-f", "flv"))
    yield Sample("odd-browser.webm", "webm", "VP8", "as a browser records it", ("-c:v", "libvpx", *YUV),
                 through_pipe=("-c", "copy", "-f", "webm"))  # fmt: skip
    yield film("zeros", "zeros behind its end", change=lambda film: film + bytes(200_000))
    yield film("stray", "stray bytes behind its end", change=lambda film: film + b"stray")
    yield film(
        "no-index", "its index at the end is gone", ending="mkv", change=lambda film: film[: film.rindex(b"\x1cS\xbbk")]
    )
    yield Sample("odd-no-index.avi", "avi", "MPEG-4", "its index at the end is gone", ("-c:v", "mpeg4", "-q:v", "3"),
                 change=lambda film: film[: film.rindex(b"idx1")])  # fmt: skip
    yield film("middle", "begins between two key frames", ("-g", "10"), ending="ts", change=lambda film: _later(film))
    yield film("joined", "two joined", ending="ts", change=lambda film: film + film)
    yield film("one", "one picture", frames=1)
    yield film("two", "two pictures", frames=2)
    yield film("one-key", "one key frame", ("-g", "9999", "-keyint_min", "9999"))
    yield film("every-key", "every picture a key frame", ("-g", "1"))
    yield film("b", "B-frames and an open group", ("-bf", "3", "-x264opts", "open-gop=1"))
    for codec, name in (
        ("aac", "AAC"), ("libmp3lame", "MP3"), ("ac3", "AC-3"), ("pcm_s16le", "PCM"), ("libopus", "Opus"), ("flac", "FLAC"),
    ):  # fmt: skip
        ending = "mov" if codec == "pcm_s16le" else "mkv" if codec in ("libopus", "flac") else "mp4"
        yield film(f"sound-{_plain(name)}", f"sound: {name}", ending=ending, sound=("-c:a", codec))


def _turn(degrees: int, mirrored: bool) -> Callable[[bytes], bytes]:
    return lambda film: turned(film, degrees, mirrored=mirrored)


def _later(film: bytes) -> bytes:
    """A third of the packets are gone, and with them the first key frame; the rest is there."""
    return film[len(film) // 3 // 188 * 188 :]


def _refused() -> Iterator[Sample]:
    h264 = (*X264, *YUV)
    for codec, ending, words, form, told in (
        ("H.264", "h264", h264, "h264", "a raw H.264 stream"), ("HEVC", "hevc", (*X265, *YUV), "hevc", "a raw HEVC stream"),
        ("MPEG-4", "m4v", ("-c:v", "mpeg4"), "m4v", "a raw MPEG-4 stream"),
        ("VP8", "ivf", ("-c:v", "libvpx"), "ivf", "a raw IVF"),
    ):  # fmt: skip
        yield Sample(f"raw.{ending}", ending, codec, "without a container", (*words, "-f", form), refused=told)
    yield Sample(
        "unknown.mp4",
        "mp4",
        "xyz9",
        "nobody knows its codec",
        h264,
        change=lambda film: with_codec(film, b"xyz9"),
        refused="xyz9",
    )
    key = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "11" * 16, "-encryption_kid", "22" * 16)
    yield Sample("encrypted.mp4", "mp4", "H.264", "encrypted", (*h264, *key), refused="encrypted")
    plain: tuple[str, ...] = ()
    for ending, more in (
        ("mp4", ("-movflags", "+faststart")),
        ("mp4", plain),
        ("mkv", plain),
        ("avi", plain),
        ("mov", plain),
    ):
        name = f"cut{'-' + more[1].strip('+') if more else ''}.{ending}"
        yield Sample(name, ending, "H.264", "the second half is missing", (*h264, *more),
                     change=lambda film: film[: len(film) // 2], refused="cut short")  # fmt: skip
    yield Sample("half-zeros.mp4", "mp4", "H.264", "the second half is zeros", (*h264, "-movflags", "+faststart"),
                 change=lambda film: film[: len(film) // 2] + bytes(len(film) // 2), refused="zeros")  # fmt: skip
    yield Sample("half-zeros.ts", "ts", "H.264", "the second half is zeros", h264,
                 change=lambda film: film[: len(film) // 376 * 188] + bytes(len(film) // 376 * 188), refused="zeros")  # fmt: skip
    for name, raw, told in (
        ("web-page.mp4", b"<!doctype html><html>login</html>", "web page"),
        ("list.mp4", b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n", "playlist"),
        ("empty.mp4", b"", "empty"), ("zeros.mp4", bytes(50_000), "zeros"),
        ("archive.mp4", b"PK\3\4" + bytes(range(256)) * 20, "archive"),
        ("program.mp4", b"MZ" + bytes(range(256)) * 20, "program"),
        ("photoshop.png", b"8BPS" + bytes(range(256)) * 20, "Photoshop"),
    ):  # fmt: skip
        yield Sample(name, Path(name).suffix[1:], "none", "is no film", (), raw=raw, refused=told)
    for ending, codec in (
        ("mp3", "libmp3lame"),
        ("m4a", "aac"),
        ("wav", "pcm_s16le"),
        ("ogg", "libvorbis"),
        ("flac", "flac"),
        ("mka", "aac"),
    ):
        yield Sample(f"sound.{ending}", ending, "none", "only sound", (), sound=("-c:a", codec), refused="only sound")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


# ---- making


def make(sample: Sample, folder: Path) -> Path:
    """The file; ffmpeg makes each recipe once on this machine."""
    path = folder / sample.name
    if sample.raw is not None:
        path.write_bytes(sample.raw)
        return path
    words = _words(sample)
    made = take_clip(
        folder / f"made-{sample.name}", ["matrix", words, sample.size], lambda fresh: _encode(sample, words, fresh)
    )
    if sample.through_pipe:
        made = piped(made, folder / f"piped-{sample.name}", *sample.through_pipe)
    content = made.read_bytes()
    path.write_bytes(sample.change(content) if sample.change else content)
    return path


def _words(sample: Sample) -> list[str]:
    length = ["-frames:v", str(sample.frames)] if sample.frames else ["-t", str(SECONDS)]
    sound = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}"] if sample.sound else []
    form = (
        ["-f", "matroska"] if sample.ending == "mka" else ["-mpegts_m2ts_mode", "1"] if sample.ending == "m2ts" else []
    )
    if not sample.words:
        return [*sound, *sample.sound, *form]
    return [
        "-loop",
        "1",
        "-framerate",
        sample.rate,
        "-i",
        "PICTURE",
        *sound,
        *length,
        "-r",
        sample.rate,
        *sample.words,
        *sample.sound,
        *form,
    ]


def _encode(sample: Sample, words: list[str], fresh: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.png"
        Image.fromarray(paint(*sample.size)).save(picture)
        told = [str(picture) if word == "PICTURE" else word for word in words]
        subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *told, str(fresh)], check=True, timeout=300)


# ---- looking


def look_at(taken: dict[str, tuple[Sample, MediaItem]]) -> dict[str, str]:
    """Plays each film and says "" for one that looks right, else what is wrong."""
    results: dict[str, str] = {}
    with running_xvfb("640x360") as display, Rig(display, [item for _, item in taken.values()]) as rig:
        until = time.monotonic() + LONGEST_LOOK_S * len(taken)
        while len(results) < len(taken) and time.monotonic() < until:
            play = rig.state.playing.current
            for failure in list(rig.state.playing.failures.values()):
                results.setdefault(failure.path, failure.why)
            if play is None or play.shown_mono is None or play.item.path in results:
                time.sleep(FIRST_LOOK_S)
                continue
            sample, item = taken[play.item.path]
            wrong = _look(display, sample, item)
            over = time.monotonic() > play.shown_mono + LONGEST_LOOK_S
            if not wrong or over:
                results[item.path] = wrong
                rig.order(c.Next(), f"c{len(results)}")
            elif (now := rig.state.playing.current) is None or now.id != play.id:
                results[item.path] = wrong
    return {name: results.get(name, "never came on screen") for name in taken}


def _look(display: str, sample: Sample, item: MediaItem) -> str:
    with XServer(display) as server:
        wide, tall = server.width, server.height
        pixels = server.grab(server.root, (0, 0, wide, tall))
    screen = np.frombuffer(pixels, np.uint8).reshape(tall, wide, 4)[:, :, 2::-1]
    picture = paint(*sample.size)
    if "gray" in sample.name:
        grey = (picture @ (0.299, 0.587, 0.114))[:, :, None].astype(np.uint8)
        picture = np.repeat(grey, 3, axis=2)
    aspect = sample.aspect or float(item.sample_aspect or 1)
    orientation = Orientation.of(item.turn, mirrored=item.mirrored)
    sure = sure_points(picture, Fit.CONTAIN, orientation, (wide, tall), aspect=aspect, step=24)
    wrong = wrong_points(screen, sure, (0, 0, wide, tall))
    return wrong[0] if wrong else ""


# ---- the table


def row_of(sample: Sample, verdict: Verdict, wrong: str) -> tuple[str, ...]:
    became = f"refused: {verdict.why}" if verdict.kind is None else "shown" if not wrong else f"WRONG: {wrong}"
    form = "" if sample.raw is not None or not sample.words else f"{sample.size[0]}x{sample.size[1]}, {sample.rate}/s"
    return sample.name, sample.ending, sample.codec, form, sample.oddity, became


def is_right(sample: Sample, row: tuple[str, ...]) -> bool:
    return row[-1] == "shown" if not sample.refused else row[-1].startswith("refused") and sample.refused in row[-1]


def table_of(rows: Sequence[tuple[str, ...]]) -> str:
    head = ("file", "container", "codec", "size, pictures a second", "oddity", "what becomes of it")
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def vet(chosen: Sequence[Sample], folder: Path) -> dict[str, tuple[Sample, Path, Verdict]]:
    found = {}
    with Vetting(MOST_PIXELS, folder=folder) as vetting:
        for sample in chosen:
            path = make(sample, folder)
            found[sample.name] = sample, path, vetting.judge(path)
    return found


def item_for(path: Path, verdict: Verdict) -> MediaItem:
    assert verdict.kind is not None
    return MediaItem(
        path.name, str(path), f"hash-{path.name}", verdict.kind, length_s=verdict.length_s, width=verdict.width,
        height=verdict.height, turn=verdict.turn, mirrored=verdict.mirrored, sample_aspect=verdict.sample_aspect,
        matrix=verdict.matrix, full_range=verdict.full_range, interlaced=verdict.interlaced, codec=verdict.codec,
        frame_rate=verdict.frame_rate,
    )  # fmt: skip


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--write", action="store_true")
    words.add_argument("--only", default="")
    words.add_argument("--vet", action="store_true", help="without playing them")
    asked = words.parse_args()
    chosen = [s for s in samples() if not asked.only or any(word in s.name for word in asked.only.split(","))]
    with tempfile.TemporaryDirectory() as root:
        found = vet(chosen, Path(root))
        taken = {n: (s, item_for(path, v)) for n, (s, path, v) in found.items() if v.kind is not None}
        wrong = {} if asked.vet else look_at(taken)
        rows = [row_of(sample, verdict, wrong.get(name, "")) for name, (sample, _, verdict) in found.items()]
    bad = [row for row, (sample, _, _) in zip(rows, found.values(), strict=True) if not is_right(sample, row)]
    sys.stdout.write(table_of(bad) + f"{len(rows)} files, {len(bad)} not right\n")
    if asked.write and not bad and not asked.only:
        text = MANUAL.read_text()
        before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
        MANUAL.write_text(before + table_of(rows) + after)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
