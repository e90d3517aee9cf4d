"""What `office.sh --panel NAME` asks of the program: the one file with which that panel is enrolled.

Knows: where make-certificates puts a panel's certificate. Touches: those files, and the one that it writes, readable by its owner
alone. Must not: hand out a file that the panel would refuse.

    python -m player.office.enrolment NAME --authority /etc/panel-office/ca --host HOST --to NAME.panel [--config FILE]
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from player.base.disk import replace_file
from player.contract.enrolment import Enrolment, EnrolmentError, read_enrolment, write_enrolment
from player.office.settings import read_office_settings
from player.office.signing import OfficeError

PANELS_PORT = 8883
"""Of systemd/broker/panels.conf; people have another one."""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="office.sh --panel")
    parser.add_argument("panel")
    parser.add_argument("--authority", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--config", type=Path)
    given = parser.parse_args(words)
    try:
        settings = read_office_settings(given.config, {}, broker=False)
        home = given.authority / "panels" / given.panel
        raw = write_enrolment(
            Enrolment(
                panel=given.panel, host=given.host, port=PANELS_PORT, root=settings.root, language=settings.web.language,
                authority=(home / "ca.crt").read_text("ascii"), certificate=(home / "panel.crt").read_text("ascii"),
                key=(home / "panel.key").read_text("ascii"),
            )
        )  # fmt: skip
        read_enrolment(raw, datetime.now(UTC))
        replace_file(given.to, raw, mode=0o600)
    except (OSError, UnicodeDecodeError, OfficeError, EnrolmentError) as error:
        sys.stderr.write(f"{given.panel}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
