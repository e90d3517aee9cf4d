"""`panel-office support`: one archive with what the office knows of its panels, and of one of them its log and its screen.

Knows: which parts, and how a panel is asked. Touches: the broker, one file. Must not: hold a secret in the archive.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from player import __version__
from player.base.mqtt.messages import Account, Message
from player.base.redaction import redact_settings
from player.base.support_archive import SupportArchive, python_packages
from player.base.text import for_terminal
from player.contract.decoding import ReportError, decode_reply
from player.contract.encoding import encode
from player.office.fleet import Panel
from player.office.gathering import gather, wall_now
from player.office.session import OfficeSession
from player.office.settings import OfficeSettings, find_settings_file, read_office_settings, user_name
from player.office.signing import OfficeError
from player.office.terminal import out, plain_errors
from player.office.typed_commands import command_topic, make_command, make_id

app = typer.Typer()

ASKED = {"logs": {"lines": 200}, "health": {}, "screenshot": {}}
"""What a panel is asked for: its newest lines, a fresh report, its screen."""
ANSWER_S = 30.0


@app.command()
def support(
    context: typer.Context,
    panel: Annotated[str | None, typer.Argument(help="Also ask this panel for its log and its screen.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write, ending in .tar.gz.")] = None,
) -> None:
    """One file for whoever helps: settings without secrets, what all panels report, versions; of PANEL its log and screen."""
    with plain_errors():
        config, given = context.find_root().obj
        settings = read_office_settings(config, given, broker=False)
        stamp = wall_now().astimezone()
        file = output or Path(f"office-support-{stamp:%Y%m%d-%H%M%S}.tar.gz")
        archive = SupportArchive(f"panel-office {__version__}, {stamp:%Y-%m-%d %H:%M:%S %Z}")
        _add_office(archive, settings, find_settings_file(config), given)
        account = settings.account() if settings.host else None
        if account is not None:
            archive.add("panels.json", "what each panel reports", lambda: _panels(account, settings.root))
        if panel is not None and account is not None:
            _add_panel(archive, account, settings.root, panel)
        archive.write(file)
        out.print(f"{file}: {file.stat().st_size / 1e6:.1f} MB; READ-ME.txt in it lists what it holds", markup=False)


def _add_office(archive: SupportArchive, settings: OfficeSettings, file: Path | None, given: dict[str, Any]) -> None:
    def chosen() -> str:
        written = redact_settings(file.read_text(encoding="utf-8")) if file is not None else {}
        options = {name: value for name, value in given.items() if value is not None}
        return (
            json.dumps({"file": str(file), "settings": written, "options": options}, indent=2, ensure_ascii=False)
            + "\n"
        )

    archive.add("settings.json", "the settings, without their secrets and comments", chosen)
    archive.add("python.txt", "the Python packages and their versions", lambda: f"{sys.version}\n{python_packages()}")
    archive.add("notify.json", "what panel-office notify has told", settings.notify_file.read_bytes)
    words = [sys.executable, "-m", "player.office", *(["--config", str(file)] if file else []), "records"]
    archive.add_program("records.txt", "panel-office records", words)


def _panels(account: Account, root: str) -> str:
    try:
        fleet = gather(account, root)
    except OfficeError as error:
        raise RuntimeError(str(error)) from error
    wall = wall_now()
    found = {panel.name: _plain(panel, wall) for panel in fleet.ordered(wall)}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _plain(panel: Panel, wall: datetime) -> dict[str, Any]:
    parts = {"state": panel.state, "health": panel.health, "now": panel.now, "alerts": panel.alerts, "seen": panel.seen}
    told = {name: json.loads(encode(value)) for name, value in parts.items()}
    return {"presence": panel.presence(wall).value, **told, "nonsense": panel.nonsense}


def _add_panel(archive: SupportArchive, account: Account, root: str, panel: str) -> None:
    """The panel's answers; a panel that is off or that does not let us has said nothing, and that is what stands there."""
    try:
        answers, picture = ask_panel(account, root, panel)
    except OfficeError as error:
        answers, picture = {"fault": str(error)}, b""
    for do, said in answers.items():
        archive.add(f"{panel}-{do}.txt", f"what {panel} answered to {do}", lambda said=said: f"{said}\n")  # type: ignore[misc]
    if picture:
        archive.add(f"{panel}-screen.jpg", f"the screen of {panel}", lambda: picture)


def ask_panel(account: Account, root: str, panel: str) -> tuple[dict[str, str], bytes]:
    """What the panel answered to each of ASKED, and its screen; b"" when none came. Raises OfficeError."""
    topic = command_topic(root, panel)
    ids = {make_id(do, {}): do for do in ASKED}
    answers, picture = dict.fromkeys(ASKED, f"no answer within {ANSWER_S:.0f} s"), b""
    with OfficeSession(account) as session:
        session.listen(f"{root}/{panel}/reply", f"{root}/{panel}/screenshot")
        for command_id, do in ids.items():
            payload = make_command(
                do,
                ASKED[do],
                command_id=command_id,
                wall=wall_now(),
                expires_s=ANSWER_S,
                by=user_name(),
                reason="support",
            )
            session.send(Message(topic, payload, qos=1, expires_s=int(ANSWER_S) + 1))
        deadline = time.monotonic() + ANSWER_S
        open_ids = set(ids)
        while open_ids and time.monotonic() < deadline:
            heard = session.hear(min(0.5, deadline - time.monotonic()))
            if heard is None:
                continue
            if heard.topic.endswith("/screenshot"):
                picture = heard.payload if any(each in ids for _, each in heard.properties) else picture
                continue
            try:
                reply = decode_reply(heard.payload)
            except ReportError:
                continue
            if reply.id in open_ids and reply.stage != "accepted":
                open_ids.discard(reply.id)
                lines = "\n".join(for_terminal(line) for line in reply.detail.splitlines())
                answers[ids[reply.id]] = f"{reply.stage} {reply.code}\n{lines}"
    return answers, picture
