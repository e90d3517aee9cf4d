"""What the first bytes of a file tell: text, zeros or nothing is no film, and then the rest of it need not be read.

Knows: how texts and files that are not written yet begin. Touches nothing.
Must not: parse: it counts and compares bytes, so the daemon may ask it before it copies a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 4096
ZEROS_BYTES = 512
"""No film and no picture begins with so many zeros; a sync tool that writes from the end does."""
DOCUMENT = b"%PDF-"
DOCUMENT_WITHIN_BYTES = 1024
"""A scanner's notes may stand before it (PDF 1.7, appendix H)."""
_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*(?:#|<|\[|\{|rtsp|http|RTSPtext|SMIL|ASF |\xef\xbb\xbf)", re.I
)
_PLAYLIST = re.compile(rb"#EXTM3U|#EXTINF|#EXT-X|<playlist|<asx|\[playlist\]|\[reference\]|RTSPtext|<smil", re.I)


@dataclass(frozen=True, slots=True)
class HeadFault:
    """Why a file that begins so is not shown. cut: it may be whole later."""

    why: str
    cut: bool = False


def fault_of_head(head: bytes) -> HeadFault | None:
    """head: the first HEAD_BYTES of the file, or all of a shorter one."""
    if not head:
        return HeadFault("it is empty", cut=True)
    if DOCUMENT in head[:DOCUMENT_WITHIN_BYTES]:
        return None  # most of it may be text
    if _PLAYLIST.search(head) and _is_text(head):
        return HeadFault("it is a playlist or a stream's list, not a video")
    if not head[:ZEROS_BYTES].strip(b"\0"):
        return HeadFault("it begins with zeros; it is not written yet, or damaged", cut=True)
    if _is_text(head) or _TEXT.match(head):
        return HeadFault("it is text or a web page, not a video or a picture")
    return None


def _is_text(head: bytes) -> bool:
    """Mostly printable: no container that we know begins so."""
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head[:512])
    return odd == 0
