"""What `install.sh --enrol FILE` asks of the program: look at the office's file, and say what it means for this computer.

Knows: which settings the file decides. Touches: the file, reading only; the settings that install.sh prepares; three new files
beside them, which install.sh puts in their places when all of it is good. Must not: take a path from the file, or believe it.

    python -m player.cli.enrol FILE --settings PREPARED --folder /etc/panel-player [--panel NAME] [--fresh]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import stat
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from player.base.certificates import CertificateFault, read_lifetime
from player.base.text import for_terminal
from player.contract.enrolment import LARGEST_BYTES, Enrolment, EnrolmentError, name_in, read_enrolment

NEW = ".new"
"""What install.sh looks for."""
BY_HAND = "the settings file is written in a way that a program cannot change; set {} there by hand, and run this again"
Value = str | int | bool


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="install.sh --enrol")
    parser.add_argument("file", type=Path)
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--panel", default="", help="the name that install.sh was given")
    parser.add_argument("--fresh", action="store_true", help="nobody has written these settings yet")
    given = parser.parse_args(words)
    try:
        enrolment = read_enrolment(_read(given.file), datetime.now(UTC))
        text = given.settings.read_text(encoding="utf-8")
        _check_identity(enrolment, given.panel, _enrolled_as(given.folder, "" if given.fresh else text))
        given.settings.write_text(settings_with(text, enrolment, given.folder, fresh=given.fresh), encoding="utf-8")
        for name, content in _files(enrolment).items():
            _write_secret(given.folder / f"{name}{NEW}", content)
        until = read_lifetime(given.folder / f"panel.crt{NEW}").ends
    except EnrolmentError as error:
        sys.stderr.write(f"{for_terminal(str(given.file))}: {for_terminal(str(error))}\n")
        return 1
    except (OSError, UnicodeDecodeError, CertificateFault) as error:
        sys.stderr.write(f"{for_terminal(str(error))}\n")
        return 1
    sys.stdout.write(
        f"this computer is the panel {enrolment.panel}; its office: {enrolment.host} port {enrolment.port}; "
        f"its certificate ends on {until:%Y-%m-%d}\n"
    )
    return 0


def _read(path: Path) -> bytes:
    """Never waits for a pipe, never reads a device, never more than such a file can have."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise EnrolmentError("it is not a file; name the file that the office has made: NAME.panel")
        return opened.read(LARGEST_BYTES + 1)


# ---- whose computer this is


def _enrolled_as(folder: Path, text: str) -> str:
    """The panel that this computer is by now; "" when no office knows it."""
    with contextlib.suppress(OSError):
        if name := name_in((folder / "panel.crt").read_bytes()):
            return name
    with contextlib.suppress(tomllib.TOMLDecodeError, RecursionError, AttributeError):
        tables = tomllib.loads(text)
        if tables.get("office", {}).get("host"):
            return str(tables.get("panel", {}).get("name", ""))
    return ""


def _check_identity(enrolment: Enrolment, wanted: str, before: str) -> None:
    if wanted and wanted != enrolment.panel:
        raise EnrolmentError(
            f"it is for {enrolment.panel}, not for {wanted}; take the file of {wanted}, or leave --name out"
        )
    if before and before != enrolment.panel and not wanted:
        raise EnrolmentError(
            f"it is for {enrolment.panel}, and this computer is {before}: take the file of {before}; if it shall be "
            f"{enrolment.panel} from now on, add --name {enrolment.panel}"
        )


# ---- what it decides


def _files(enrolment: Enrolment) -> dict[str, str]:
    return {"ca.crt": enrolment.authority, "panel.crt": enrolment.certificate, "panel.key": enrolment.key}


def _write_secret(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)


def settings_with(text: str, enrolment: Enrolment, folder: Path, *, fresh: bool) -> str:
    """The settings with what the file decides; every other line and every comment stays. Raises EnrolmentError."""
    panel: dict[str, Value] = {"name": enrolment.panel}
    if fresh:
        panel["language"] = enrolment.language
    office: dict[str, Value] = {
        "host": enrolment.host, "port": enrolment.port, "tls": True, "root": enrolment.root,
        "ca_file": str(folder / "ca.crt"), "cert_file": str(folder / "panel.crt"), "key_file": str(folder / "panel.key"),
    }  # fmt: skip
    for other_proof in ("username", "password_file"):
        if re.search(rf"^[ \t]*{other_proof}[ \t]*=", text, re.MULTILINE):
            office[other_proof] = ""
    wanted = {"panel": panel, "office": office}
    for section, values in wanted.items():
        for key, value in values.items():
            text = _with_value(text, section, key, value)
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise EnrolmentError(BY_HAND.format("[panel] and [office]")) from error
    for section, values in wanted.items():
        for key, value in values.items():
            if tables.get(section, {}).get(key) != value:
                raise EnrolmentError(BY_HAND.format(f"{section}.{key}"))
    return text


def _with_value(text: str, section: str, key: str, value: Value) -> str:
    """The key set in its section: in its own line, which keeps its comment, or in a new one below the section's head."""
    written = json.dumps(value, ensure_ascii=False)
    lines = text.splitlines()
    head = next((n for n, line in enumerate(lines) if re.match(rf"\[{section}\]\s*(#|$)", line.strip())), None)
    if head is None:
        return "\n".join([*lines, "", f"[{section}]", f"{key} = {written}", ""])
    end = next((n for n in range(head + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    own = re.compile(rf"""([ \t]*{key}[ \t]*=[ \t]*)(?:"[^"\\]*"|'[^']*'|[^"'#\[{{]*?)([ \t]*(?:#.*)?)""")
    for number in range(head + 1, end):
        if found := own.fullmatch(lines[number]):
            lines[number] = f"{found[1]}{written}{found[2]}"
            break
    else:
        lines.insert(head + 1, f"{key} = {written}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
