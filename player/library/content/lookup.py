"""From what a playlist line says to a file of the folder, or to the reason why it cannot be one.

Knows: how paths get written on other systems (backslashes, file://, absolute, composed accents), which hosts may stream.
Touches nothing: it looks into a snapshot. Must not: reach outside the folder, whatever a line says.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from player.base.near import NearNames
from player.base.text import hide_keys, printable
from player.library.content.eligible import CONTENT_ENDINGS
from player.library.content.names import PLAYLIST_ENDINGS, composed, final_name, is_temporary
from player.library.content.playlist_entry import ADDRESS, PATH_LIMIT, STREAM_SCHEMES
from player.library.content.snapshot import Snapshot

_PAGES = re.compile(r"(.+\.pdf)#(.*)", re.IGNORECASE | re.DOTALL)
COPY_IT = "copy it there, or remove the line"
_PAGE_NUMBERS = re.compile(r"page=0*(\d{1,5})(?:-0*(\d{1,5}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the snapshot, or (stream) an address that may be opened. remark: what should be written better.

    pages: the first and the last of a document that are meant; None: all.
    """

    path: str
    stream: bool = False
    remark: str = ""
    pages: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a line cannot be used. path: the file that is waited for, when it may still come ("" when it never can).

    also: where else it may come (beside its playlist, when path lies in the folder itself).
    """

    what: str
    remedy: str
    path: str = ""
    also: str = ""


class Lookup:
    """Answers for one snapshot; built once, asked for each line."""

    def __init__(self, snapshot: Snapshot, root: str, stream_hosts: Collection[str]) -> None:
        self._snapshot = snapshot
        self._root = root.rstrip("/")
        self._hosts = {host.casefold() for host in stream_hosts}
        self._composed: dict[str, str] | None = None
        self._folded: dict[str, str] | None = None
        self._by_name: dict[str, str | None] | None = None
        self._near = NearNames(snapshot.files)

    def find(self, written: str, beside: str) -> Found | NotFound:
        """`written` as it stands in a playlist of the folder `beside` ("" or "playlists").

        A playlist in a folder of its own looks there first, and then in the content folder itself.
        """
        answer = self._find(written, beside)
        if isinstance(answer, Found) or (parts := _PAGES.fullmatch(written.strip())) is None:
            return answer
        document, asked = parts[1], _PAGE_NUMBERS.fullmatch(parts[2])
        first, last = (int(asked[1]), int(asked[2] or asked[1])) if asked else (0, 0)
        if not 1 <= first <= last:
            what = f"#{printable(parts[2])[:60]} is not understood"
            return NotFound(what, f"write {printable(document)[:200]}#page=2, or #page=2-4 for several")
        whole = self._find(document, beside)
        return replace(whole, pages=(first, last)) if isinstance(whole, Found) else whole

    def _find(self, written: str, beside: str) -> Found | NotFound:
        if ADDRESS.match(written.strip()):
            return self._find_stream(written.strip())
        if len(written.encode("utf-8", "surrogatepass")) > PATH_LIMIT:
            return NotFound(f"a path of more than {PATH_LIMIT} bytes", "write the path relative to the playlist")
        stripped = written.strip(" ")
        bare = re.sub(r'^"(.+)"$', r"\1", stripped)  # as Windows copies a path
        if bare.casefold().startswith("file:"):
            return self._find_absolute(_path_of_uri(bare), stripped)
        candidates = dict.fromkeys(
            [written, stripped, written.replace("\\", "/"), stripped.replace("\\", "/"), unquote(stripped), bare,
             bare.replace("\\", "/")]
        )  # fmt: skip
        first: NotFound | None = None
        for candidate in candidates:
            if candidate.startswith("/") or re.match(r"[A-Za-z]:[/\\]", candidate):
                return self._find_absolute(candidate.replace("\\", "/"), stripped)
            path = posixpath.normpath(posixpath.join(beside, candidate))
            if path == ".." or path.startswith("../"):
                what = f"{printable(stripped)[:200]} lies outside the content folder"
                return NotFound(what, "copy the file into the folder and name it there")
            answer = self._find_inside(path)
            if isinstance(answer, NotFound) and answer.path and beside:
                answer = self._find_above(candidate, answer)
            if isinstance(answer, Found):
                return answer
            first = first or answer
        assert first is not None
        return _names_several(stripped) or first

    def _find_above(self, candidate: str, missing: NotFound) -> Found | NotFound:
        """What is not beside its playlist may lie in the content folder itself."""
        path = posixpath.normpath(candidate)
        if path == ".." or path.startswith("../"):
            return missing
        answer = self._find_inside(path)
        if isinstance(answer, Found) or not answer.path:
            return answer
        what = f"{printable(path)[:200]} is missing, beside the playlist and in the content folder itself"
        remedy = answer.remedy if answer.remedy != COPY_IT else missing.remedy
        return NotFound(what, remedy, path, also=missing.path)

    def _find_inside(self, path: str) -> Found | NotFound:
        name = printable(path)[:200]
        if path in self._snapshot.files:
            if path.casefold().endswith(PLAYLIST_ENDINGS):
                return NotFound(f"{name} is a playlist itself", "name its media here instead")
            return Found(path)
        if path in self._snapshot.odd:
            return NotFound(f"{name} is {self._snapshot.odd[path]}, not a file", "put the file itself there")
        if is_temporary(posixpath.basename(path)):
            return NotFound(f"{name} is the temporary name of a copy under way", "name the finished file")
        twin = self._twin(path)
        if twin is not None:
            return Found(twin)
        return NotFound(f"{name} is missing", self._hint(path), path)

    def _twin(self, path: str) -> str | None:
        """The file whose name has the same letters, with their accents in one piece or in two."""
        if self._composed is None:
            self._composed = {composed(p): p for p in self._snapshot.files if not p.isascii()}
        return self._composed.get(composed(path))

    def _hint(self, path: str) -> str:
        """A file of this very name, wherever it lies, is meant before one that is only called alike."""
        near = self._elsewhere(path) or self._near.near(path)
        return f"did you mean {printable(near)}?" if near else COPY_IT

    def _elsewhere(self, path: str) -> str | None:
        """The only file of this name, in whichever folder and case."""
        if self._by_name is None:
            self._by_name = {}
            for each in self._snapshot.files:
                name = composed(posixpath.basename(each)).casefold()
                self._by_name[name] = None if name in self._by_name else each
        return self._by_name.get(composed(posixpath.basename(path)).casefold())

    def _find_absolute(self, path: str, written: str) -> Found | NotFound:
        """A path on some computer: below our own folder, or (an editor's computer) ending like a file of ours."""
        shown = printable(written)[:200]
        normal = posixpath.normpath(path)
        if self._root and normal.startswith(self._root + "/"):
            return self._find_inside(normal[len(self._root) + 1 :])
        parts = [part for part in normal.split("/") if part]
        endings = ["/".join(parts[start:]) for start in range(1, len(parts))]
        for ending in endings:
            if (found := self._on_this_computer(ending)) is not None:
                return Found(found, remark=f"{shown} is a path on another computer; {printable(found)} is used")
        coming = self._coming()
        wanted = next((ending for ending in endings if ending in coming), endings[-1] if endings else "")
        what, remedy = f"{shown} lies outside the content folder", "write the path relative to the playlist"
        if not wanted.casefold().endswith(CONTENT_ENDINGS):
            return NotFound(what, remedy)
        name = printable(posixpath.basename(wanted))
        what = f"{shown} lies outside the content folder, and there is no {name} in it"
        elsewhere = self._elsewhere(wanted)
        hint = f"did you mean {printable(elsewhere)}?" if elsewhere else "copy the file into the folder"
        return NotFound(what, hint, wanted)

    def _on_this_computer(self, ending: str) -> str | None:
        """The file of ours that a path of another computer ends with; that one may ignore case, and set accents apart."""
        if ending.casefold().endswith(PLAYLIST_ENDINGS):
            return None
        if ending in self._snapshot.files:
            return ending
        if self._folded is None:
            # Of two that differ only in their case neither is meant: "" stands for both.
            self._folded = {}
            for path in self._snapshot.files:
                folded = composed(path).casefold()
                self._folded[folded] = "" if folded in self._folded else path
        return self._twin(ending) or self._folded.get(composed(ending).casefold()) or None

    def _coming(self) -> set[str]:
        """The names that the files will have that are being copied now."""
        split = map(posixpath.split, self._snapshot.temporary)
        return {posixpath.join(above, final) for above, name in split if (final := final_name(name))}

    def _find_stream(self, address: str) -> Found | NotFound:
        name = hide_keys(printable(address))[:200]
        try:
            parts = urlsplit(address)
            host, _ = (parts.hostname or "").casefold(), parts.port
        except ValueError:
            return NotFound(f"{name} is not a valid address", "correct the line")
        scheme = parts.scheme.casefold()
        if scheme not in STREAM_SCHEMES:
            return NotFound(f"{scheme}:// is not played", f"use one of {', '.join(sorted(STREAM_SCHEMES))}")
        if parts.username or parts.password:
            return NotFound(f"an address on {host} with a password in it", "ask the stream's owner for one without")
        if host not in self._hosts or any(char.isspace() or ord(char) < 32 for char in address):
            return NotFound(f"{host or name} is not one of content.stream_hosts", "add it in the panel's config.toml")
        return Found(address, stream=True)


def _names_several(written: str) -> NotFound | None:
    """A line such as `a.mp4, b.mp4`: each of the parts is called like a film or a picture."""
    parts = [part.strip().strip("\"'") for part in re.split(r"[,;|]", written)]
    if len(parts) < 2 or not all(part.casefold().endswith(CONTENT_ENDINGS) for part in parts):
        return None
    what = f"{printable(written)[:200]} names {len(parts)} files on one line"
    return NotFound(what, "write one file name a line")


def _path_of_uri(uri: str) -> str:
    """file:///home/dina/a%20b.mp4 -> /home/dina/a b.mp4; file:///C:/x -> C:/x (only its end is compared)."""
    path = uri[5:]
    if path.startswith("//"):
        path = "/" + path[2:].partition("/")[2]
    return unquote(path.partition("?")[0], errors="surrogateescape").replace("\\", "/")
