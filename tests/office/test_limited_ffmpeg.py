"""ffmpeg on a hostile film: no other file, no address, no more memory than a film takes; what went wrong is said in words."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from player.base.limited_program import ProgramLimits
from player.office.limited_ffmpeg import MOST_CPU_S, MOST_FILE_BYTES, TOO_MUCH, limits_for, run_ffmpeg, why_failed
from player.office.probed_film import PrepareError, ProbedFilm
from tests.kit.clips import make_clip
from tests.kit.programs import need

FACTS = ProbedFilm(0, 320, 180, length_s=1.0)
QUIET = ("-nostdin", "-y", "-v", "error")


def work(film: Path, part: Path, *words: str, limits: ProgramLimits | None = None) -> str:
    need("ffmpeg")
    return run_ffmpeg([*QUIET, *words], film, part, FACTS, lambda share: None, threading.Event(), limits)


@pytest.mark.live
def test_a_film_leads_to_no_other_file(tmp_path: Path) -> None:
    """Even a list that ffmpeg is told to follow: what it names is not there for it, and neither is an address."""
    secret = make_clip(tmp_path / "secret.mp4", seconds=1, size="320x180")
    part = tmp_path / "made.mp4"
    for named in (str(secret), "http://127.0.0.1:9/a.mp4"):
        film = tmp_path / "list.mp4"
        film.write_text(f"ffconcat version 1.0\nfile '{named}'\n")
        follow = ("-protocol_whitelist", "file,http,tcp", "-f", "concat", "-safe", "0", "-i", f"file:{film}")
        with pytest.raises(PrepareError):
            work(film, part, *follow, "-c", "copy", "-f", "mp4", f"file:{part}")
        assert part.stat().st_size == 0
    work(secret, part, "-i", f"file:{secret}", "-c", "copy", "-f", "mp4", f"file:{part}")
    assert part.stat().st_size > 0


@pytest.mark.live
def test_a_memory_bomb_is_refused_in_words(tmp_path: Path) -> None:
    """Pictures of 64 million pixels, more of them at once than fit: ffmpeg has no more than its limit, and the sentence helps."""
    film, part = make_clip(tmp_path / "a.mp4", seconds=1, size="320x180"), tmp_path / "made.mp4"
    bomb = (
        "-i",
        f"file:{film}",
        "-vf",
        "scale=8192:8192,tile=3x3",
        "-f",
        "rawvideo",
        "-c:v",
        "rawvideo",
        f"file:{part}",
    )
    with pytest.raises(PrepareError, match="more memory or time than a film may") as told:
        work(film, part, *bomb, limits=ProgramLimits(400 << 20, 60, MOST_FILE_BYTES))
    assert str(told.value).startswith("a.mp4: ")


def test_the_limits_follow_the_length() -> None:
    """A film that says that it lasts for ever gets no more than the most; one that says nothing, some hours."""
    short, endless = limits_for(FACTS, None), limits_for(ProbedFilm(0, 8, 8, length_s=1e12), None)
    clocked = limits_for(ProbedFilm(0, 8, 8, length_s=1e12, length_is_said=False), None)
    assert short.cpu_s < clocked.cpu_s <= endless.cpu_s == MOST_CPU_S
    assert short.file_bytes < clocked.file_bytes < endless.file_bytes == MOST_FILE_BYTES


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (1, "made.mp4: No space left on device", "no room left"),
        (1, "av_interleaved_write_frame(): File too large", "no room left"),
        (-9, "", TOO_MUCH),
        (1, "Error while decoding stream #0:0: Cannot allocate memory", TOO_MUCH),
        (-11, "", "it ends ffmpeg (SIGSEGV): it is damaged or hostile"),
        (127, "/usr/bin/ffmpeg: No such file or directory", "install it again"),
        (1, "moov atom not found", "cut short"),
    ],
)
def test_how_it_ended_becomes_a_sentence(status: int, said: str, words: str) -> None:
    """With what to do."""
    assert words in why_failed(status, said)
