"""The console's content for tests: a real folder with real files, its drafts, uploads and conversions in a data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from player.office.web.content.desk import ContentDesk, NamedFolder, open_desk
from player.office.web.content.drafts import FolderDraft
from tests.kit.pictures import png

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)  # Thursday, 10:00 in Jakarta
ZONE = "Asia/Jakarta"


@dataclass(frozen=True)
class DeskKit:
    """folder: the content folder. draft: Ratna's."""

    root: Path
    folder: Path
    desk: ContentDesk

    @property
    def draft(self) -> FolderDraft:
        return self.desk.drafts.open("kota", "ratna")

    @property
    def other(self) -> FolderDraft:
        return self.desk.drafts.open("kota", "budi")


@contextmanager
def content_desk(root: Path, *, filled: bool = True, data: Path | None = None) -> Iterator[DeskKit]:
    """filled: three pictures, two playlists and a schedule lie in the folder, as somebody wrote them by hand.

    data: the data folder, when it is not beside the folder.
    """
    folder = root / "kota"
    if filled and not folder.exists():
        fill(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open_desk([NamedFolder("kota", folder)], data or root / "data", ZONE, lambda: NOW) as desk:
        yield DeskKit(root, folder, desk)


PLAYLIST = "#EXTM3U\n# by hand, please keep\n\n#EXTINF:8,One\na.png\n# the second\nb.png\n#EXT-X-UNKNOWN:1\nc.png\n"
SCHEDULE = (
    '# opening hours\n[[show]]  # the mornings\nplaylist = "morning"\nfrom = 06:00:00  # early\nuntil = 09:30:00\n\n'
    "[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n"
)


def fill(folder: Path) -> None:
    (folder / "playlists").mkdir(parents=True)
    for number, name in enumerate(("a.png", "b.png", "c.png")):
        (folder / name).write_bytes(png(90 + 40 * number))
    (folder / "playlist.m3u8").write_text(PLAYLIST)
    (folder / "playlists" / "morning.m3u8").write_text("#EXTINF:5,\n../b.png\n")
    (folder / "schedule.toml").write_text(SCHEDULE)
