"""What a person who edits content can mend: a sentence, its parts, and the field beside which it is shown.

Knows: that it is a page's fault, too. Touches nothing. Must not: stand for a fault of ours or of the disk.
"""

from __future__ import annotations

from player.office.web.faults import PageFault


class ContentFault(PageFault):
    """`ContentFault("{path} is used in {where}", field="path", path=..., where=...)`: a sentence of words/publishing.py."""
