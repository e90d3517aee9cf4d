"""Films made light by the real ffmpeg: what a telephone, a camera and a programme give, and what comes out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from player.office.limited_ffmpeg import PrepareCancelled
from player.office.prepare import PreparedFilm, film_words, pick_rate, pick_size, prepare
from player.office.prepare_command import app, name_targets, read_size
from player.office.probed_film import PrepareError, ProbedFilm, probe_film
from player.office.signing import OfficeError
from tests.kit.clips import encode, make_clip
from tests.kit.encodings import H264, HEVC, MPEG2
from tests.kit.odd_films import turned
from tests.kit.pictures import png
from tests.kit.programs import need
from tests.kit.waiting import wait_for

live = [pytest.mark.live, pytest.mark.slow]


def run(*words: str | Path, status: int = 0) -> Result:
    result = CliRunner().invoke(app, [*map(str, words)])
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def probe(film: Path) -> dict[str, Any]:
    """ffprobe's words about the picture, the sound (under "sound") and the first key frames (under "keys")."""
    need("ffprobe")
    words = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_entries", "packet=pts_time,flags,codec_type",
             "-of", "json", str(film)]  # fmt: skip
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    streams = {each["codec_type"]: each for each in told["streams"]}
    keys = [p["pts_time"] for p in told["packets"] if p["codec_type"] == "video" and "K" in p["flags"]]
    return {**streams["video"], "sound": streams.get("audio"), "keys": [float(each) for each in keys], **told["format"]}


def pixel_of(film: Path, x: float, y: float, at_s: float = 0.5) -> tuple[int, int, int]:
    """The colour there, in shares of width and height, as ffmpeg decodes it."""
    crop = f"crop=4:4:iw*{x}:ih*{y},scale=1:1:flags=area:in_color_matrix=bt709,format=rgb24"
    words = [
        "ffmpeg",
        "-v",
        "error",
        "-ss",
        str(at_s),
        "-i",
        str(film),
        "-frames:v",
        "1",
        "-vf",
        crop,
        "-f",
        "rawvideo",
        "-",
    ]
    red, green, blue = subprocess.run(words, check=True, capture_output=True).stdout[:3]
    return red, green, blue


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [("24000/1001", 25), ("24", 25), ("25", 25), ("30000/1001", 30), ("50", 25), ("60000/1001", 30), ("15", 30),
     ("12", 25), ("10", 30), ("120", 30), ("100", 25), ("48", 25), ("1", 25), ("240", 30)],
)  # fmt: skip
def test_the_rate_is_the_nearer_of_25_and_30(rate: str, wanted: int) -> None:
    """Pictures are left out or repeated by whole numbers, so that 50 becomes 25 and 60 becomes 30."""
    assert pick_rate(Fraction(rate)) == wanted


@pytest.mark.parametrize(
    ("facts", "box", "wanted"),
    [
        (ProbedFilm(0, 1920, 1080), None, (1920, 1080)),
        (ProbedFilm(0, 3840, 2160), None, (1920, 1080)),
        (ProbedFilm(0, 3840, 2160, turn=90), None, (1080, 1920)),
        (ProbedFilm(0, 640, 360), (1280, 720), (640, 360)),
        (ProbedFilm(0, 1920, 1080), (384, 192), (342, 192)),
        (ProbedFilm(0, 720, 576, sample_aspect=Fraction(64, 45)), None, (1024, 576)),
        (ProbedFilm(0, 720, 576, turn=270, sample_aspect=Fraction(64, 45)), None, (576, 1024)),
        (ProbedFilm(0, 640, 360, sample_aspect=Fraction(1, 2)), None, (640, 720)),
        (ProbedFilm(0, 321, 181), None, (320, 180)),
        (ProbedFilm(0, 10000, 2), (100, 100), (100, 2)),
    ],
)
def test_the_size_is_as_people_see_it_and_never_larger(
    facts: ProbedFilm, box: tuple[int, int] | None, wanted: tuple[int, int]
) -> None:
    """Square pixels, upright, inside the box, even numbers; a small film stays small."""
    assert pick_size(facts, box) == wanted


def test_a_name_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ffmpeg reads is named as a file, may lead to no other file or address, and is of a listed kind."""
    monkeypatch.chdir(tmp_path)
    Path("rtsp:x.mp4").write_bytes(b"")
    words = film_words(Path("rtsp:x.mp4"), ProbedFilm(0, 64, 64), None, [])
    assert words[words.index("-i") + 1].startswith("file:/")
    assert words[words.index("-protocol_whitelist") + 1] == "file"
    formats = words[words.index("-format_whitelist") + 1].split(",")
    assert not {"hls", "concat", "sdp", "rtsp", "dash", "image2"} & set(formats)


def test_two_films_of_one_name_keep_their_endings() -> None:
    """a.mov and a.avi do not become one file; the third of one name is told."""
    targets = name_targets([Path("x/a.mov"), Path("y/a.avi")], Path("out"))
    assert [each.name for each in targets.values()] == ["a.mp4", "a.avi.mp4"]
    with pytest.raises(OfficeError, match="another film of the same name"):
        name_targets([Path("x/a.mov"), Path("y/a.mov"), Path("z/a.mov")], Path("out"))


@pytest.mark.parametrize("size", ["1280", "0x720", "1280x", "wide", "1280x720x3"])
def test_a_size_that_is_none_is_told(size: str) -> None:
    """The sentence gives the right form, which is itself taken."""
    with pytest.raises(OfficeError, match="like 1280x720"):
        read_size(size)
    assert read_size("1280x720") == (1280, 720)


ODD = {
    "hevc10": ("-f", "lavfi", "-i", "color=c=red:s=320x180:r=30", "-t", "2.5", *HEVC[:-1], "yuv420p10le"),
    "interlaced": ("-f", "lavfi", "-i", "testsrc2=s=360x288:r=25", "-t", "2.5", "-vf", "setsar=64/45,setfield=tff",
                   *MPEG2, "-flags", "+ildct+ilme", "-top", "1"),
    "variable": ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=60", "-t", "2.5", "-vf", "select='not(mod(n\\,3))+lt(t\\,1)'",
                 "-vsync", "vfr", *H264),
    "surround": ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "lavfi", "-i",
                 "sine=frequency=440,volume=0.02,aformat=channel_layouts=5.1", "-t", "5", *H264, "-c:a", "aac"),
}  # fmt: skip
ODD_NAMES = {"hevc10": "a.mp4", "interlaced": "a.mpg", "variable": "a.mkv", "surround": "a.mp4"}


@pytest.fixture(scope="module")
def surround(tmp_path_factory: pytest.TempPathFactory) -> PreparedFilm:
    """A quiet film of six channels, prepared in a folder of its own."""
    place = tmp_path_factory.mktemp("surround")
    return prepare(encode(place / ODD_NAMES["surround"], *ODD["surround"]), place / "out" / "b.mp4")


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size", "rate"), [
    ("hevc10", (320, 180), 30), ("interlaced", (512, 288), 25), ("variable", (320, 180), 30), ("surround", (320, 180), 25),
])  # fmt: skip
def test_what_comes_out_is_what_every_panel_plays(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, size: tuple[int, int], rate: int
) -> None:
    """HEVC of 10 bits, interlaced and anamorphic, changing rates, six channels: each becomes the same plain kind."""
    if kind == "surround":
        made: PreparedFilm = request.getfixturevalue(kind)
    else:
        made = prepare(encode(tmp_path / ODD_NAMES[kind], *ODD[kind]), tmp_path / "out" / "b.mp4")
    told = probe(made.file)
    assert (told["codec_name"], told["profile"], told["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert (told["width"], told["height"]) == size == (made.width, made.height)
    assert told["sample_aspect_ratio"] == "1:1"
    assert (told["r_frame_rate"], told["avg_frame_rate"]) == (f"{rate}/1", f"{rate}/1")
    assert {told[key] for key in ("color_space", "color_primaries", "color_transfer")} == {"bt709"}
    assert told["color_range"] == "tv"
    assert told["field_order"] == "progressive"
    assert told["keys"][:2] == [0.0, 2.0], "a key frame every two seconds"
    assert made.file.read_bytes().find(b"moov") < made.file.read_bytes().find(b"mdat"), "the index is in front"
    if kind == "surround":
        assert (told["sound"]["codec_name"], told["sound"]["channels"]) == ("aac", 2)
    else:
        assert told["sound"] is None
    assert [each.name for each in made.file.parent.iterdir()] == ["b.mp4"]


@pytest.mark.live
@pytest.mark.slow
def test_the_sound_is_brought_to_one_loudness(surround: PreparedFilm) -> None:
    """A quiet film comes out at -16 LUFS, within one unit, by ffmpeg's own meter."""
    words = ["ffmpeg", "-i", str(surround.file), "-vn", "-af", "ebur128", "-f", "null", "-"]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stderr
    loudness = float(told.rpartition("I:")[2].split()[0])
    assert abs(loudness + 16) <= 1.0


@pytest.mark.live
@pytest.mark.slow
def test_a_telephones_film_comes_out_upright(tmp_path: Path) -> None:
    """A film with a display matrix of 90 degrees is turned in its pixels, and says nothing of turning any more."""
    halves = "color=c=red:s=320x180:r=25,drawbox=x=160:w=160:h=180:color=blue:t=fill"
    flat = encode(tmp_path / "flat.mp4", "-f", "lavfi", "-i", halves, "-t", "2", *H264)
    phone = tmp_path / "phone.mp4"
    phone.write_bytes(turned(flat.read_bytes(), 90))
    facts = probe_film(phone)
    assert facts.turn in (90, 270)
    made = prepare(phone, tmp_path / "b.mp4")
    assert (made.width, made.height) == (180, 320)
    assert probe_film(made.file).turn == 0
    top, below = pixel_of(made.file, 0.5, 0.2), pixel_of(made.file, 0.5, 0.8)
    assert (top[0] > 200, below[2] > 200) == (facts.turn == 90, facts.turn == 90), (facts.turn, top, below)


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("matrix", ["smpte170m", "bt709"])
def test_a_citys_red_stays_its_red(tmp_path: Path, matrix: str) -> None:
    """Whatever matrix the film has, the red that comes out of BT.709 is the red that went in."""
    red = encode(
        tmp_path / "a.mp4", "-f", "lavfi", "-i", "color=c=0xC81E1E:s=320x180:r=25", "-t", "1",
        "-vf", f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p", "-c:v", "libx264", "-qp", "4",
        "-colorspace", matrix,
    )  # fmt: skip
    made = prepare(red, tmp_path / "b.mp4")
    assert max(abs(a - b) for a, b in zip(pixel_of(made.file, 0.5, 0.5), (200, 30, 30), strict=True)) <= 4


@pytest.mark.live
def test_what_is_no_film_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A picture, a text, a film without its index, a list of addresses, nothing: each is told, and nothing is left."""
    (tmp_path / "poster.png").write_bytes(png(1))
    (tmp_path / "notes.mp4").write_text("rapat jam sembilan\n" * 50)
    (tmp_path / "list.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:1/a.ts\n")
    whole = make_clip(tmp_path / "whole.mp4", seconds=1, size="320x180")
    cut = whole.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(cut[: cut.find(b"moov") - 100])
    sound = encode(tmp_path / "sound.m4a", "-f", "lavfi", "-i", "sine", "-t", "1", "-c:a", "aac")
    names = ["poster.png", "notes.mp4", "list.mp4", "cut.mp4", sound.name, "gone.mp4"]
    words = ["picture", "text or a web page", "playlist", "cut short", "only sound", "not there"]
    for name, word in zip(names, words, strict=True):
        with pytest.raises(PrepareError) as told:
            prepare(tmp_path / name, tmp_path / "out" / "b.mp4")
        sentence = str(told.value)
        assert sentence.startswith(f"{name}: "), sentence
        assert word in sentence, sentence
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.live
@pytest.mark.slow
def test_half_a_film_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    """A film whose second half is missing is told with the seconds that can be read; what was prepared before stays."""
    whole = make_clip(tmp_path / "whole.mp4", seconds=6, size="160x90", codec=(*H264, "-movflags", "+faststart"))
    half = tmp_path / "half.mp4"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    target = tmp_path / "out" / "b.mp4"
    prepare(whole, target)
    before = target.read_bytes()
    with pytest.raises(PrepareError, match=r"only \d+ of its 6 s can be read: it is cut short"):
        prepare(half, target)
    assert target.read_bytes() == before
    assert [each.name for each in target.parent.iterdir()] == ["b.mp4"]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("later_s", [0, 5, 14, 4000])
def test_all_of_a_joined_recording_comes_out(tmp_path: Path, later_s: int) -> None:
    """Two transport streams joined with `copy /b`, whose clock begins anew or jumps ahead: both are in what is made, and the
    second follows the first at once."""
    parts = []
    for number, colour in enumerate(("red", "blue")):
        film = make_clip(tmp_path / f"{number}.mp4", seconds=2, size="160x90", rate=25, colour=colour)
        later = ("-output_ts_offset", str(later_s * number))
        parts.append(encode(tmp_path / f"{number}.ts", "-i", film, "-c", "copy", *later))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    made = prepare(joined, tmp_path / "b.mp4")
    assert made.length_s == pytest.approx(4, abs=0.3)
    assert pixel_of(made.file, 0.5, 0.5, 1.0)[0] > 200
    assert pixel_of(made.file, 0.5, 0.5, 3.0)[2] > 200


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("transfer", ["arib-std-b67", "smpte2084"])
def test_hdr_is_brought_to_ordinary_colours(tmp_path: Path, transfer: str) -> None:
    """White of a telephone's HDR film is bright, black is black, and grey stays grey, in BT.709."""
    picture = "color=c=black:s=320x180:r=25,drawbox=x=0:w=160:h=180:color=white:t=fill"
    source = encode(
        tmp_path / "a.mp4", "-f", "lavfi", "-i", picture, "-t", "1",
        "-vf", f"format=yuv420p10le,setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}",
        *HEVC[:-1], "yuv420p10le", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
    )  # fmt: skip
    assert probe_film(source).transfer == transfer
    made = prepare(source, tmp_path / "b.mp4")
    white, black = pixel_of(made.file, 0.25, 0.5), pixel_of(made.file, 0.75, 0.5)
    assert min(white) > 180
    assert max(white) - min(white) <= 4
    assert max(black) <= 8
    assert probe(made.file)["color_transfer"] == "bt709"


@pytest.mark.live
@pytest.mark.slow
def test_a_cancelled_film_leaves_nothing_half(tmp_path: Path) -> None:
    """Cancelled once it has begun: ffmpeg is ended, and its part of a file is gone."""
    film = make_clip(tmp_path / "long.mp4", seconds=60, size="640x360")
    stop, told = threading.Event(), []

    def tell(share: float) -> None:
        told.append(share)
        stop.set()

    with pytest.raises(PrepareCancelled):
        prepare(film, tmp_path / "out" / "b.mp4", tell=tell, cancelled=stop)
    assert told, "it had begun"
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.live
@pytest.mark.slow
def test_ctrl_c_in_the_terminal_leaves_nothing_half(tmp_path: Path) -> None:
    """The command ends with status 1 and a sentence, its ffmpeg is gone, and nothing half is left."""
    film = make_clip(tmp_path / "long.mp4", seconds=60, size="640x360")
    folder = tmp_path / "out"
    # A test run that was begun in the background ignores Ctrl-C, and so would its children.
    words = [
        "env",
        "--default-signal=INT",
        sys.executable,
        "-m",
        "player.office",
        "prepare",
        str(film),
        "-o",
        str(folder),
    ]
    command = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    wait_for(lambda: folder.exists() and any(each.stat().st_size for each in folder.iterdir()), 60, "it has begun")
    os.killpg(command.pid, signal.SIGINT)
    said, _ = command.communicate(timeout=60)
    assert command.returncode == 1, said
    assert "nothing half is left" in " ".join(said.split())
    assert not list(folder.iterdir())


@pytest.mark.live
@pytest.mark.slow
def test_several_films_one_of_them_bad(tmp_path: Path) -> None:
    """The good ones are made, the bad one is told, the exit status is 1, the films themselves stay."""
    first = make_clip(tmp_path / "satu.mov", seconds=1, size="320x180", sound=True)
    second = make_clip(tmp_path / "dua.avi", seconds=1, size="320x180")
    bad = tmp_path / "tiga.mp4"
    bad.write_text("bukan film\n" * 100)
    before = first.read_bytes()
    result = run(first, bad, second, "-o", tmp_path / "out", "--size", "160x90", "--at-once", "2", status=1)
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"satu.mp4", "dua.mp4"}
    assert "160x90, 30 pictures a second" in result.output
    assert "dua.avi" in result.output
    assert "no sound" in result.output
    assert "tiga.mp4: it is text" in result.output
    assert first.read_bytes() == before
    assert (probe_film(tmp_path / "out" / "satu.mp4").width, probe_film(tmp_path / "out" / "dua.mp4").sound) == (
        160,
        None,
    )


@pytest.mark.live
def test_a_film_never_replaces_itself(tmp_path: Path) -> None:
    """With -o the film's own folder, the film stays and the command says so."""
    film = make_clip(tmp_path / "a.mp4", seconds=1, size="320x180")
    before = film.read_bytes()
    assert "would be replaced" in run(film, "-o", tmp_path, status=1).output
    assert film.read_bytes() == before


@pytest.mark.live
def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A file where the folder should be: a sentence with its name and status 1, no traceback."""
    film = make_clip(tmp_path / "a.mp4", seconds=1, size="320x180")
    (tmp_path / "out").write_text("")
    said = run(film, "-o", tmp_path / "out", status=1).output
    assert f"{tmp_path / 'out'} is a file; give a folder" in said.replace("\n", "")


@pytest.mark.live
@pytest.mark.slow
def test_the_share_that_is_done_only_grows(tmp_path: Path) -> None:
    """From the measuring of the sound to the end, which is told as 1.0."""
    film = make_clip(tmp_path / "a.mp4", seconds=5, size="160x90", sound=True)
    told: list[float] = []
    prepare(film, tmp_path / "b.mp4", tell=told.append)
    assert told == sorted(told)
    assert told[0] <= 0.1
    assert told[-1] == 1.0


@pytest.mark.live
@pytest.mark.parametrize("matrix", ["bt2020nc", "bt470bg", "fcc", "smpte240m"])
def test_a_film_of_any_matrix_is_made(tmp_path: Path, matrix: str) -> None:
    """What a film calls its colours is brought to what the filter calls them; the result is BT.709."""
    picture = "color=c=red:s=160x90:r=25"
    said = f"format=yuv420p,setparams=colorspace={matrix}"
    source = encode(
        tmp_path / "a.mp4", "-f", "lavfi", "-i", picture, "-t", "1", "-vf", said, *H264, "-colorspace", matrix
    )
    assert probe_film(source).matrix == matrix
    assert probe(prepare(source, tmp_path / "b.mp4").file)["color_space"] == "bt709"
