"""The certificate child: says when a certificate ends, in a process with limits (certificates.py asks it once a day).

Knows: its question and its answer. Touches: stdin and stdout (a line of JSON each, the certificates after the question).
Must not: be imported by the daemon's process, which would keep cryptography's 7 MB for two moments (measured.md).
"""

from __future__ import annotations

from typing import Any

from player.base.certificates import NoCertificate, lifetime_of
from player.base.children import RAW, answer_questions


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """asked: `authorities` (whether the file lists them), and the file's bytes. The answer: ISO 8601, or `fault`."""
    try:
        lifetime = lifetime_of(asked[RAW], authorities=asked["authorities"])
    except NoCertificate as error:
        return {"fault": str(error)}
    return {"begins": lifetime.begins.isoformat(), "ends": lifetime.ends.isoformat()}


if __name__ == "__main__":
    answer_questions(answer)
