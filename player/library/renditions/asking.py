"""The rendition child as it is asked: by the library, by `check` and by the office's preview.

Knows: the questions, and whose fault it is when there is no answer. Touches: a child process.
Must not: look into a foreign file itself, or know where the bytes go that come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.base.children import RAW, RAW_LIMIT_BYTES, ChildDied, ParserChild
from player.base.strict_json import as_seconds, as_text, as_whole, perhaps
from player.core.model import MediaKind
from player.library.renditions.recipes import NotMade, Wanted

CHILD = "player.library.renditions.child"
PIECES_LIMIT = 1000
LONGEST_WHY = 300


class NotMadeNow(Exception):
    """The machine could not make it: no memory, no time, no ffmpeg. It is tried again later. remedy "": it mends itself."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class MadePiece:
    """One picture or film as the child gave it: it is one of `pieces`, and its bytes went into the sink.

    remark: what the operator should know before it goes live, and what to do.
    """

    pieces: int
    kind: MediaKind
    size_bytes: int
    width: int
    height: int
    length_s: float | None
    show_s: float | None
    remark: str = ""


class RenditionChildren:
    """The child, asked for one piece after another. Not thread-safe. Used by the library and by the office's preview."""

    def __init__(self, folder: Path | None = None) -> None:
        """folder: below which all files lie, so that one child may see them all; None: each file's own."""
        self.child = ParserChild.of(CHILD)
        if folder is not None:
            self.child.see(folder.absolute())

    def ask(
        self,
        path: Path,
        wanted: Wanted,
        piece: int,
        sink: Callable[[bytes], None],
        breathe: Callable[[], None] = lambda: None,
    ) -> MadePiece | NotMade:
        """Raises NotMadeNow: the machine could not make it now."""
        self.child.see(path.absolute().parent)
        canvas = wanted.canvas
        asked = {
            "path": str(path.absolute()), "recipe": wanted.recipe, "piece": piece, "page": wanted.page,
            "seconds": wanted.seconds, "width": canvas.width, "height": canvas.height, "ground": canvas.ground,
        }  # fmt: skip
        try:
            return _piece_of(self.child.ask(asked, breathe=breathe, sink=sink))
        except OSError as error:
            raise NotMadeNow(f"the process that makes pictures cannot be started ({error})") from error
        except ValueError:
            self.child.end()
            return NotMade("no picture can be made of it; it is damaged or hostile")
        except ChildDied as died:
            if not died.by_question:
                raise NotMadeNow(f"no picture could be made of it ({died}); it is tried again") from died
            return NotMade(f"a picture of it takes more time or memory than there is ({died}); save it as a picture")


def _piece_of(answer: Any) -> MadePiece | NotMade:
    """Raises NotMadeNow, and ValueError for an answer that only a hijacked child gives."""
    if "undone" in answer:
        what, _, remedy = as_text(answer["undone"])[:LONGEST_WHY].partition("; ")
        raise NotMadeNow(what, remedy)
    if "why" in answer:
        return NotMade(as_text(answer["why"])[:LONGEST_WHY])
    return MadePiece(
        as_whole(answer.get("pieces"), 1, PIECES_LIMIT), MediaKind(as_text(answer.get("kind"))),
        as_whole(answer.get(RAW), 1, RAW_LIMIT_BYTES), as_whole(answer.get("width"), 1), as_whole(answer.get("height"), 1),
        perhaps(as_seconds, answer.get("length_s")), perhaps(as_seconds, answer.get("show_s")),
        as_text(answer.get("remark", ""))[:LONGEST_WHY],
    )  # fmt: skip
