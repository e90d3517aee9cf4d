"""What a person who edits content can mend: a sentence, its parts, and the field beside which it is shown.

Knows: nothing of languages: the sentence is English, and the key of its translation. Touches nothing.
Must not: stand for a fault of ours or of the disk.
"""

from __future__ import annotations


class ContentFault(Exception):
    """`ContentFault("{path} is used in {where}", field="path", path=..., where=...)`; the sentence is shown as it is, or translated."""

    def __init__(self, sentence: str, field: str = "", **parts: object) -> None:
        super().__init__(sentence.format(**parts))
        self.sentence, self.field, self.parts = sentence, field, parts
