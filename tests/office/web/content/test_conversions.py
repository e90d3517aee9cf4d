"""Conversions by the real ffmpeg: one after the other, with progress, ended when asked, into the draft."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from pathlib import Path

import psutil
import pytest

from player.base.priority import LOW_NICE
from player.office.web.content.conversions import ConversionProgress
from player.office.web.content.uploads import RefusedUpload
from tests.kit.clips import make_clip
from tests.kit.desk import DeskKit, content_desk
from tests.kit.programs import need
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]
UTVIDEO = ("-c:v", "utvideo", "-pix_fmt", "yuv420p")


def ended(kit: DeskKit, conversion: str) -> ConversionProgress:
    """Waits for its end."""

    def look() -> ConversionProgress | None:
        progress = kit.desk.conversions.progress(conversion)
        assert progress is not None
        return None if progress.state in ("waiting", "running") else progress

    wait_for(lambda: look() is not None, 120)
    found = look()
    assert found is not None
    return found


def ffmpegs() -> list[int]:
    """How nice each ffmpeg is that this process runs now."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [child.nice()] if child.name() == "ffmpeg" else []
    return found


def streams_of(film: Path) -> dict[str, dict[str, object]]:
    words = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(film)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return {each["codec_type"]: each for each in told["streams"]}


def test_a_refused_upload_becomes_a_film_that_every_panel_plays(tmp_path: Path) -> None:
    """H.264 High, 8 bit, 4:2:0, not larger than the panel, stereo; the upload is gone, the film is in the draft."""
    need("ffmpeg")
    source = make_clip(tmp_path / "film.avi", seconds=0.5, size="640x360", rate=50, codec=UTVIDEO, sound=True)
    with content_desk(tmp_path) as kit:
        uploads = kit.desk.uploads
        upload = uploads.begin(kit.draft, "Film.avi", source.stat().st_size)
        uploads.append(upload.id, 0, source.read_bytes())
        assert isinstance(uploads.finish(kit.draft, upload.id), RefusedUpload)
        part = uploads.part_of(upload.id)
        conversion = kit.desk.conversions.start(
            kit.draft, part, upload.path, (320, 180), lambda: uploads.cancel(kit.draft, upload.id)
        )
        assert ended(kit, conversion) == ConversionProgress("done", 100, path="Film.mp4")
        place = kit.draft.path_of("Film.mp4")
        assert place is not None
        assert uploads.list(kit.draft) == []
        made = streams_of(place)
        picture = made["video"]
        assert [picture[key] for key in ("codec_name", "profile", "pix_fmt", "width", "height", "r_frame_rate")] == [
            "h264", "High", "yuv420p", 320, 180, "25/1",
        ]  # fmt: skip
        assert (made["audio"]["codec_name"], made["audio"]["channels"]) == ("aac", 2)
        kit.draft.look_into_next()
        assert list((tmp_path / "data" / "conversions").iterdir()) == []


def test_a_film_of_the_folder_is_replaced_where_it_is_named(tmp_path: Path) -> None:
    """The playlists name what was made of it; the film itself goes when the draft is published."""
    need("ffmpeg")
    with content_desk(tmp_path) as kit:
        make_clip(kit.folder / "lama.mkv", seconds=0.5, size="160x90")
        (kit.folder / "playlist.m3u8").write_text("#EXTINF:9,Lama\nlama.mkv\na.png\n")
        film = kit.draft.path_of("lama.mkv")
        assert film is not None
        assert ended(kit, kit.desk.conversions.start(kit.draft, film, "lama.mkv")).state == "done"
        assert kit.draft.read("playlist.m3u8") == b"#EXTINF:9,Lama\nlama.mp4\na.png\n"
        assert kit.draft.path_of("lama.mkv") is None
        assert (kit.folder / "lama.mkv").exists()


def test_a_conversion_is_cancelled_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """One at a time: the second waits; nothing half is left of the first; what is no film fails with a sentence."""
    need("ffmpeg")
    long = make_clip(tmp_path / "long.avi", seconds=20, size="1280x720", codec=UTVIDEO)
    text = tmp_path / "text.avi"
    text.write_text("no film")
    with content_desk(tmp_path) as kit:
        conversions = kit.desk.conversions
        first, second, third = (conversions.start(kit.draft, film, film.name) for film in (long, text, long))
        wait_for(lambda: (p := conversions.progress(first)) is not None and p.state == "running", 60)
        wait_for(lambda: ffmpegs() != [], 60)
        assert min(ffmpegs(), default=LOW_NICE) >= LOW_NICE
        waits = conversions.progress(second)
        assert waits is not None
        assert waits.state == "waiting"
        conversions.cancel(third)
        conversions.cancel(first)
        assert ended(kit, first).state == ended(kit, third).state == "cancelled"
        failed = ended(kit, second)
        assert failed.state == "failed"
        assert failed.sentence.startswith("it is text")
        assert kit.draft.is_empty
        assert list((tmp_path / "data" / "conversions").iterdir()) == []
        assert set(conversions.running(kit.draft)) == {first, second, third}
    shutil.rmtree(tmp_path / "data")
