"""What a draft says of its folder as it would be: files, listing, playlists, schedule, uses, and all that is wrong with it.

Knows: which of the panel's parsers answers what. Touches: the folder and the draft's files, reading only.
Must not: change the draft (drafts.py does).
"""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path

from player.base.text import drawable
from player.bundle.manifest import MANIFEST_NAME
from player.core.model import DEFAULT_PLAYLIST, Problem, Schedule
from player.core.playing.meetings import describe_meetings
from player.library.content.draft import SCHEDULE_NAME
from player.library.content.eligible import may_be_media
from player.library.content.lookup import Lookup
from player.library.content.names import PLAYLIST_ENDINGS, PLAYLISTS_FOLDER
from player.library.content.playlist_entry import PLAYLIST_LIMIT_BYTES
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.vetting.folder_check import check_content
from player.library.vetting.meaning import FolderMeaning, MeaningUnknown, look_at
from player.library.vetting.verdicts import VettingFailed, VettingUndone
from player.office.web.content.drafted_folder import DraftedFolder
from player.office.web.content.edited_folder import EditedFolder
from player.office.web.content.faults import ContentFault
from player.office.web.content.listing import ChangeWord, GivenUp, Listing, list_content
from player.office.web.content.paths import checked_path, place_inside
from player.office.web.content.playlist_file import PlaylistFile
from player.office.web.content.schedule_rules import ScheduleFile
from player.screen.drawing.fonts import describe_missing

TEXT_LIMIT_BYTES = PLAYLIST_LIMIT_BYTES
"""Of a file that is read or written as a text; larger ones are uploaded."""


class DraftReading(ABC):
    """What FolderDraft can say; it gives the folder, the content with its changes on top, and their words."""

    folder: EditedFolder
    given_up: dict[tuple[str, Fingerprint], GivenUp]
    """The files that could not be looked into since the server began, as they were then, and why."""

    @abstractmethod
    def content(self) -> DraftedFolder:
        """The folder as it would be."""

    @abstractmethod
    def change_words(self) -> Mapping[str, ChangeWord]:
        """Path -> what the draft did to it, of the files that are there."""

    def meaning(self) -> FolderMeaning:
        """Raises ContentFault."""
        return self.folder.meaning_of(self.content())

    def files(self) -> dict[str, int]:
        """Path -> size of what would lie in the folder, but for what is under way there. Raises ContentFault."""
        return {path: fingerprint.size for path, fingerprint in self._scan().files.items()}

    def _scan(self) -> Snapshot:
        try:
            return look_at(self.content())
        except MeaningUnknown as error:
            raise ContentFault("The folder cannot be read: {why}", why=str(error)) from error

    def listing(self, meaning: FolderMeaning | None = None) -> Listing:
        """Raises ContentFault. meaning: when the caller has it already."""
        shown, book, place_of = self.folder.last_shown, self.folder.book, self.content().place_of
        return list_content(meaning or self.meaning(), place_of, self.change_words(), book, shown, self.given_up)

    def look_into_next(self) -> str:
        """Reads and vets one file that nobody has looked into yet, and tells which; "": there is none left.

        For a thread in the background. What cannot be looked into is tried again when it has changed, or may be read.
        """
        content, book = self.content(), self.folder.book
        files = self._scan().files
        self.given_up = {(path, seen): why for (path, seen), why in self.given_up.items() if files.get(path) == seen}
        for path, seen in self._not_looked_into(files):
            self.given_up[path, seen] = "undone"
            try:
                found = book.look_into(content.place_of(path), path)
            except (VettingFailed, VettingUndone):
                continue
            if found is not None and found.verdict is not None:
                del self.given_up[path, seen]
                return path
            self.given_up[path, seen] = "unreadable" if found is None else "unseen"
        book.rest()
        return ""

    def _not_looked_into(self, files: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Fingerprint]]:
        """First what any folder shows, as nothing needs to be parsed for it; then what only a playlist names."""
        content, book = self.content(), self.folder.book
        for path, seen in files.items():
            known = not may_be_media(path) or (path, seen) in self.given_up
            if not known and book.known_verdict(content.place_of(path), path) is None:
                yield path, seen
        for media in self.listing().media:
            if not media.looked and media.path in files and (media.path, files[media.path]) not in self.given_up:
                yield media.path, files[media.path]

    # ---- reading

    def path_of(self, path: str) -> Path | None:
        """Where the file lies; None: it is not there, is a link, or is no place in the folder at all."""
        try:
            place = self.content().changes.get(checked_path(path), False)
            if place is False:
                place = place_inside(self.folder.plain.root, path)
        except ContentFault:
            return None
        return place if isinstance(place, Path) and place.is_file() and not place.is_symlink() else None

    def read(self, path: str) -> bytes:
        """A text file. Raises ContentFault: it is not there, or far too large for one."""
        checked_path(path)
        try:
            raw = self.content().read(path, TEXT_LIMIT_BYTES)
        except OSError as error:
            raise ContentFault("{path} is not there any more", field="path", path=path) from error
        if len(raw) > TEXT_LIMIT_BYTES:
            raise ContentFault("{path} is too large to be edited here", field="path", path=path)
        return raw

    def sha256_of(self, path: str) -> str:
        """Of the file as the draft has it; "": it is not there."""
        place = self.path_of(path)
        try:
            return self.folder.book.sha256_of(place) if place is not None else ""
        except OSError:
            return ""

    def playlist(self, path: str) -> PlaylistFile:
        """Raises ContentFault."""
        raw, snapshot = self.read(path), self._scan()
        lookup = Lookup(snapshot, str(self.folder.plain.root), ())
        if path.casefold().endswith(".xspf"):
            with self.folder.texts as texts:
                try:
                    parsed = texts.playlist(raw, path, path, self.meaning().zone, ())
                except VettingFailed as error:
                    raise ContentFault("The folder cannot be read: {why}", why=str(error)) from error
            return PlaylistFile.show_only(raw, path, parsed.entries, lookup)
        above = f"{posixpath.dirname(path)}/" if "/" in path else ""
        own = [each.removeprefix(above) for each in snapshot.files if each.startswith(above)]
        hashed = [each for each in (*own, *snapshot.files) if each.startswith("#")]
        return PlaylistFile.read(raw, path, lookup, hashed)

    def schedule_file(self) -> ScheduleFile:
        """Empty when there is none yet. Raises ContentFault."""
        known = self.playlist_names()
        raw = self.read(SCHEDULE_NAME) if self.path_of(SCHEDULE_NAME) is not None else b""
        return ScheduleFile.read(raw, known)

    def schedule(self) -> tuple[Schedule, tuple[str, ...]]:
        """The schedule as it would be, calendar and all, and the playlists that hold anything. Raises ContentFault."""
        meaning = self.meaning()
        return meaning.schedule, meaning.known

    def playlist_names(self) -> tuple[str, ...]:
        """Of every playlist file, and the default one."""
        found = {DEFAULT_PLAYLIST: None}
        for path in sorted(self.files()):
            above, name = posixpath.split(path)
            stem, ending = posixpath.splitext(name)
            if above == PLAYLISTS_FOLDER and ending.casefold() in PLAYLIST_ENDINGS:
                found[stem] = None
        return tuple(found)

    def uses(self, path: str) -> tuple[tuple[str, int], ...]:
        """What names the file: playlists, or (a playlist) the schedule; each with how often. Raises ContentFault."""
        meaning = self.meaning()
        found = [
            (playlist.name, sum(line.target == path and not line.stream for line in playlist.lines))
            for playlist in meaning.draft.playlists
            if playlist.file
        ]
        named = next((p.name for p in meaning.draft.playlists if p.file == path and p.name != DEFAULT_PLAYLIST), None)
        rules = [rule.playlist for rule in meaning.schedule.rules] + [w.playlist for w in meaning.schedule.windows]
        found.append(("schedule", rules.count(named) if named is not None else 0))
        return tuple((name, times) for name, times in found if times)

    def check(self) -> list[Problem]:
        """Everything that a panel would say of the folder as it would be (English). The manifest is left out: it comes last."""
        book = self.folder.book
        try:
            problems = check_content(
                self.content(), self.folder.settings, self.folder.now(), on_schedule=describe_meetings,
                on_text=lambda text: describe_missing(drawable(text)), judge=book.judge,
                texts=self.folder.texts,
            )  # fmt: skip
        finally:
            book.rest()
        return [problem for problem in problems if problem.where != MANIFEST_NAME]
