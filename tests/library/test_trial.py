"""The trial decode: how a film is to be shown, and which odd films are whole."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from player.core.model import FilmFacts, MediaKind
from player.library.vetting.facts import is_too_heavy
from player.library.vetting.remarks import remarks_on
from player.library.vetting.verdicts import Verdict, Vetting
from tests.kit.clips import encode, make_clip
from tests.kit.encodings import H264, MPEG2, VP8
from tests.kit.odd_films import MATRICES, ffmpeg, naming_another_file, piped, turned, with_codec

pytestmark = pytest.mark.live
LONG_GROUPS = (*H264, "-g", "60", "-bf", "2")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("clip") / "a.mp4", seconds=2, size="320x180", sound=True, codec=LONG_GROUPS
    )


def judged(vetting: Vetting, folder: Path, content: bytes) -> Verdict:
    (file := folder / "blob").write_bytes(content)
    return vetting.judge(file)


@pytest.mark.parametrize(("degrees", "mirrored"), MATRICES)
def test_a_film_says_how_it_is_turned(
    vetting: Vetting, clip: Path, tmp_path: Path, degrees: int, mirrored: bool
) -> None:
    """The size is the decoded picture's; turn and mirror come from the display matrix."""
    verdict = judged(vetting, tmp_path, turned(clip.read_bytes(), degrees, mirrored=mirrored))
    assert (verdict.kind, verdict.width, verdict.height) == (MediaKind.VIDEO, 320, 180)
    assert (verdict.turn, verdict.mirrored) == (degrees, mirrored)


def test_a_film_says_its_pixels_colours_rate_and_codec(vetting: Vetting, tmp_path: Path) -> None:
    """Anamorphic and of BT.709 in limited range; a plain clip says none of it."""
    picture = ["-f", "lavfi", "-i", "testsrc2=s=360x288:r=25", "-t", "1", *H264]
    plain = vetting.judge(encode(tmp_path / "a.mp4", *picture))
    assert (plain.sample_aspect, plain.matrix, plain.full_range, plain.interlaced) == (None, None, None, False)
    tags = [
        "-vf",
        "setsar=16/15",
        "-colorspace",
        "bt709",
        "-color_range",
        "tv",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
    ]
    wide = vetting.judge(encode(tmp_path / "b.mp4", *picture, *tags))
    assert (wide.sample_aspect, wide.matrix, wide.full_range) == (Fraction(16, 15), "bt709", False)
    assert (wide.codec, wide.frame_rate) == ("h264", 25)
    assert wide.speed is not None
    assert wide.speed > 0


def test_an_interlaced_film_says_so(vetting: Vetting, tmp_path: Path) -> None:
    """As the city's old camera records it."""
    words = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=360x288:r=25",
        "-t",
        "1",
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ildct+ilme",
        "-top",
        "1",
    ]
    assert vetting.judge(encode(tmp_path / "a.mpg", *words)).interlaced


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("webm", [*VP8, "-an", "-f", "webm"]), ("mkv", ["-c", "copy", "-f", "matroska"]),
        ("flv", ["-c", "copy", "-f", "flv"]), ("ts", ["-c", "copy", "-f", "mpegts"]),
        ("mp4", ["-c", "copy", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]),
        ("avi", ["-c:v", "mpeg4", "-an", "-f", "avi"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_recorder_could_not_finish_is_whole(
    vetting: Vetting, clip: Path, tmp_path: Path, ending: str, words: list[str]
) -> None:
    """No length, no index, unknown sizes: every picture is there, and the length is that of the pictures."""
    verdict = vetting.judge(piped(clip, tmp_path / f"a.{ending}", *words))
    assert verdict.kind is MediaKind.VIDEO, verdict.why
    assert verdict.length_s == pytest.approx(2.0, abs=0.1)


def test_a_trailer_that_is_missing_costs_no_picture(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """The index at the end of an AVI and of a Matroska is gone, in part or whole."""
    for name, words, mark in (("a.avi", ["-c:v", "mpeg4", "-an"], b"idx1"), ("a.mkv", ["-c", "copy"], b"\x1cS\xbbk")):
        ffmpeg("-i", clip, *words, tmp_path / name)
        whole = (tmp_path / name).read_bytes()
        for cut in (whole[: whole.rindex(mark)], whole[:-3]):
            assert judged(vetting, tmp_path, cut).kind is MediaKind.VIDEO, (name, len(cut))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_zeros_and_stray_bytes_behind_a_whole_film_cost_nothing(
    vetting: Vetting, clip: Path, tmp_path: Path, name: str
) -> None:
    """A dashcam preallocates its files; every picture is there."""
    ffmpeg("-i", clip, *(["-c:v", "mpeg4", "-an"] if name == "a.avi" else ["-c", "copy"]), tmp_path / name)
    for behind in (bytes(200_000), b"stray"):
        verdict = judged(vetting, tmp_path, (tmp_path / name).read_bytes() + behind)
        assert verdict.kind is MediaKind.VIDEO, verdict.why


def test_a_fragment_that_is_cut_is_missed(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """A film in fragments of which the last one is not whole; one that lacks whole fragments lacks nothing that could be seen."""
    words = ["-c", "copy", "-an", "-movflags", "frag_every_frame+empty_moov+default_base_moof"]
    ffmpeg("-i", clip, *words, tmp_path / "a.mp4")
    whole = (tmp_path / "a.mp4").read_bytes()
    whole = whole[: whole.index(b"mfra") - 4]
    last = whole.rindex(b"moof") - 4
    assert judged(vetting, tmp_path, whole[:last]).kind is MediaKind.VIDEO
    for cut in (last + 20, last + (len(whole) - last) // 2):
        verdict = judged(vetting, tmp_path, whole[:cut])
        assert (verdict.kind, verdict.cut) == (None, True)


def test_a_recording_that_begins_in_the_middle_is_shown(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """A transport stream whose first key frame comes late."""
    ffmpeg("-i", clip, "-c", "copy", tmp_path / "a.ts")
    whole = (tmp_path / "a.ts").read_bytes()
    later = whole[len(whole) // 3 // 188 * 188 :]
    verdict = judged(vetting, tmp_path, later + whole)
    assert verdict.kind is MediaKind.VIDEO, verdict.why


def test_a_film_is_as_long_as_its_pictures_are_seen(vetting: Vetting, tmp_path: Path) -> None:
    """Not what comes before the first key frame of a recording, nor what was cut away in the telephone."""
    words = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-t", "4", *H264, "-bf", "0", "-sc_threshold", "0"]
    ffmpeg(*words, "-g", "50", tmp_path / "a.ts")
    whole = (tmp_path / "a.ts").read_bytes()
    assert judged(vetting, tmp_path, whole).length_s == pytest.approx(4.0, abs=0.1)
    assert judged(vetting, tmp_path, whole[len(whole) // 4 // 188 * 188 :]).length_s == pytest.approx(2.0, abs=0.1)
    ffmpeg(*words, "-g", "500", tmp_path / "a.mp4")
    ffmpeg("-ss", "1", "-i", tmp_path / "a.mp4", "-c", "copy", tmp_path / "b.mp4")
    assert vetting.judge(tmp_path / "b.mp4").length_s == pytest.approx(3.0, abs=0.1)


def test_the_length_of_joined_films_is_that_of_both(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """`copy /b` of two transport streams: the clock jumps back in the middle."""
    ffmpeg("-i", clip, "-c", "copy", tmp_path / "a.ts")
    verdict = judged(vetting, tmp_path, 2 * (tmp_path / "a.ts").read_bytes())
    assert verdict.length_s == pytest.approx(4.0, abs=0.3)


@pytest.mark.parametrize(
    ("ending", "ahead_s", "kind", "stands_s"),
    [
        ("ts", 1, MediaKind.VIDEO, None), ("ts", 3, MediaKind.VIDEO, 3), ("ts", 12, None, None),
        ("ts", 70, MediaKind.VIDEO, None), ("mpg", 12, None, None),
    ],
)  # fmt: skip
def test_a_clock_that_jumps_ahead_is_told(
    vetting: Vetting,
    clip: Path,
    tmp_path: Path,
    ending: str,
    ahead_s: int,
    kind: MediaKind | None,
    stands_s: float | None,
) -> None:
    """The player waits for it: a film that would stand for longer than a hanging decoder is refused, by what helps. From a
    minute on VLC takes it for a new beginning."""
    codec = ("-c", "copy") if ending == "ts" else MPEG2
    parts = []
    for number, begins_s in enumerate((0, 2 + ahead_s)):
        ffmpeg("-i", clip, *codec, "-output_ts_offset", str(begins_s), tmp_path / f"{number}.{ending}")
        parts.append((tmp_path / f"{number}.{ending}").read_bytes())
    verdict = judged(vetting, tmp_path, b"".join(parts))
    assert verdict.kind is kind
    assert verdict.stands_s == pytest.approx(stands_s, abs=0.4)
    told = [remark.what for remark in remarks_on(verdict)] or [verdict.why]
    assert any("its clock jumps ahead by" in words for words in told) == (ahead_s in (3, 12))
    assert not verdict.cut


def test_a_film_of_few_pictures_has_no_clock_that_jumps(vetting: Vetting, tmp_path: Path) -> None:
    """A picture every five seconds in a transport stream: nobody waits for anything but the next picture."""
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=0.2", "-t", "30", *H264, tmp_path / "a.ts")
    verdict = vetting.judge(tmp_path / "a.ts")
    assert (verdict.kind, verdict.stands_s) == (MediaKind.VIDEO, None)


def test_a_codec_that_nobody_knows_is_refused_by_name(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """Copying it again cannot help, so it is not called cut."""
    verdict = judged(vetting, tmp_path, with_codec(clip.read_bytes(), b"xyz9"))
    assert (verdict.kind, verdict.cut) == (None, False)
    assert "xyz9" in verdict.why
    assert "panel-office prepare" in verdict.why


def test_an_encrypted_film_is_refused_as_that(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """Common encryption, as shops sell films."""
    key = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "11" * 16, "-encryption_kid", "22" * 16]
    ffmpeg("-i", clip, "-c", "copy", "-an", *key, tmp_path / "a.mp4")
    verdict = vetting.judge(tmp_path / "a.mp4")
    assert verdict.kind is None
    assert "encrypted" in verdict.why


@pytest.mark.parametrize(("codec", "ending", "told"), [("libx264", "h264", "H.264"), ("libx265", "hevc", "HEVC")])
def test_a_raw_stream_is_refused_by_name(
    vetting: Vetting, clip: Path, tmp_path: Path, codec: str, ending: str, told: str
) -> None:
    """What a CCTV recorder exports: VLC does not play it without being told what it is."""
    ffmpeg("-i", clip, "-an", "-c:v", codec, "-f", ending, tmp_path / "blob")
    verdict = vetting.judge(tmp_path / "blob")
    assert verdict.kind is None
    assert f"a raw {told} stream" in verdict.why


def test_a_film_whose_pictures_lie_elsewhere_is_refused(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """A reference movie: with its own bytes gone nothing comes out, and nothing else is opened."""
    film = naming_another_file(clip.read_bytes())
    at = film.index(b"mdat") + 4
    verdict = judged(vetting, tmp_path, film[:at] + b"\x55" * 1000 + film[at + 1000 :])
    assert verdict.kind is None


def test_a_hole_of_zeros_inside_a_film_is_missed(vetting: Vetting, clip: Path, tmp_path: Path) -> None:
    """A tool that fetches pieces out of order left some of them out."""
    film = clip.read_bytes()
    at = film.index(b"mdat") + len(film) // 3
    verdict = judged(vetting, tmp_path, film[:at] + bytes(len(film) // 3) + film[at + len(film) // 3 :])
    assert (verdict.kind, verdict.cut) == (None, True)


@pytest.mark.parametrize(
    ("speed", "showing", "size", "cores", "heavy"),
    [
        (0.8, 1.0, (3840, 2160), 2, True), (0.8, 0.1, (3840, 2160), 8, False), (20.0, 0.9, (3840, 2160), 8, True),
        (6.0, 0.26, (1920, 1080), 2, False), (1.2, None, (1280, 720), 8, True), (1.4, None, (1280, 720), 8, False),
    ],
)  # fmt: skip
def test_a_film_is_too_heavy_by_what_this_computer_has(
    speed: float, showing: float | None, size: tuple[int, int], cores: int, heavy: bool
) -> None:
    """4K60 on two cores is, whatever is decoded quickly is shown by one core, and a small film is decoded by one."""
    assert is_too_heavy(FilmFacts(speed=speed, showing=showing), *size, cores) is heavy


def test_a_film_that_is_too_heavy_is_told_with_what_to_do() -> None:
    """By `check`, in one sentence; nothing is said of a light one."""
    heavy = Verdict(MediaKind.VIDEO, 3840, 2160, 5.0, codec="hevc", frame_rate=60.0, speed=0.01)
    ((what, remedy),) = remarks_on(heavy)
    assert "3840x2160, 60 pictures a second, hevc" in what
    assert "panel-office prepare" in remedy
    assert remarks_on(Verdict(MediaKind.VIDEO, 1280, 720, 5.0, speed=20.0)) == []


def test_a_large_film_says_what_it_takes_to_show_it(vetting: Vetting, tmp_path: Path) -> None:
    """Measured with one picture of it; a small one is not measured."""
    large = vetting.judge(make_clip(tmp_path / "a.mp4", seconds=0.2, size="1920x1080"))
    assert large.showing is not None
    assert large.showing > 0
    assert vetting.judge(make_clip(tmp_path / "b.mp4", seconds=0.2, size="320x180")).showing is None
