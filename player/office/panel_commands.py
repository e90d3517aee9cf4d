"""The office's commands for panels: now, alerts, send, drop, screenshot.

Knows: how they are asked for and what they say. Touches: the terminal, and the broker through session.py. Must not: run on a
panel.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from player.base.disk import replace_file
from player.base.mqtt.messages import Message
from player.base.spelling import did_you_mean
from player.base.text import for_terminal
from player.contract.commands import COMMANDS
from player.contract.decoding import ReportError, decode_reply
from player.contract.encoding import encode, encode_now
from player.office import tables, typed_commands
from player.office.answers import Answers
from player.office.certificates import tell_ending
from player.office.fleet import Fleet, Panel, Trouble
from player.office.gathering import gather, wall_now
from player.office.session import OfficeSession
from player.office.settings import OfficeSettings, read_office_settings, user_name
from player.office.signing import OfficeError
from player.office.terminal import out, plain_errors

UNKNOWN_WAIT_S = 3.0
"""For answers to a name that no panel and no group has."""

app = typer.Typer()

Waiting = Annotated[float, typer.Option("--wait", min=0.1, help="Seconds to wait for answers.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Only = Annotated[str | None, typer.Argument(help="Only this panel.")]


def _settings(context: typer.Context) -> OfficeSettings:
    settings = read_office_settings(*context.obj)
    tell_ending(settings, wall_now())
    return settings


def _panels(context: typer.Context, only: str | None) -> list[Panel]:
    settings = _settings(context)
    fleet = gather(settings.account(), settings.root)
    if only is not None and only not in fleet.panels:
        known = ", ".join(sorted(fleet.panels)) or "none"
        raise OfficeError(f"no panel called {only!r} has been heard of; known: {known}")
    return [panel for panel in fleet.ordered(wall_now()) if only in (None, panel.name)]


@app.command()
def now(context: typer.Context, panel: Only = None, as_json: AsJson = False) -> None:
    """What is on each panel's screen, from which playlist, why and until when; of a panel that is off, what it showed last."""
    with plain_errors():
        panels = _panels(context, panel)
        if as_json:
            found = {each.name: _now_row(each) for each in panels}
            sys.stdout.write(json.dumps(found, indent=2) + "\n")
        else:
            out.print(tables.table_of_now(panels, wall_now()))


def _now_row(panel: Panel) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(encode_now(panel.now)) if panel.now is not None else {}
    return {**row, "presence": panel.presence(wall_now()).value}


@app.command()
def alerts(context: typer.Context, panel: Only = None, as_json: AsJson = False) -> None:
    """What is wrong, where, since when, and what to do; also which panels are off. Exit status 1 when there is anything."""
    with plain_errors():
        panels = _panels(context, panel)
        wall = wall_now()
        raised = {each.name: _rows_of(each.troubles(wall)) for each in panels if each.troubles(wall)}
        if as_json:
            sys.stdout.write(json.dumps(raised, indent=2) + "\n")
        elif raised:
            out.print(tables.table_of_alerts(panels, wall))
        else:
            out.print(f"no alerts ({len(panels)} panel{'' if len(panels) == 1 else 's'})")
        if raised:
            raise typer.Exit(1)


def _rows_of(troubles: list[Trouble]) -> dict[str, Any]:
    return {each.id: json.loads(encode({"raised": each.raised, "detail": each.detail})) for each in troubles}


@app.command(epilog="\b\n" + typed_commands.list_commands())
def send(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="A panel's name, all, or group:NAME.")],
    command: Annotated[str, typer.Argument(help=f"One of: {', '.join(COMMANDS)}.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(help='NAME=VALUE, or just the value: volume 30; show "Banjir" until=18:00')
    ] = None,
    wait: Waiting = 15.0,
    expires: Annotated[
        float | None, typer.Option(min=1, help="Seconds after which nobody may obey any more. Default: 60, or its end.")
    ] = None,
    reason: Annotated[str, typer.Option(help="For the log.")] = "",
    by: Annotated[str | None, typer.Option(help="Who asks. Default: your user name.")] = None,
) -> None:
    """Send a command, wait for the replies and show who answered. Exit status 1 unless all said done."""
    with plain_errors():
        args = typed_commands.read_arguments(command, arguments or [], wall_now())
        _send(_settings(context), target, command, args, wait=wait, expires=expires, reason=reason, by=by)


@app.command()
def drop(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="PANEL", help="A panel's name, all, or group:NAME.")],
    item: Annotated[str, typer.Argument(help="Its path in the content folder, or its number in the playlist.")],
    wait: Waiting = 15.0,
    reason: Annotated[str, typer.Option(help="For the log.")] = "",
    by: Annotated[str | None, typer.Option(help="Who asks. Default: your user name.")] = None,
) -> None:
    """Take an item down now: it leaves the screen at once and is skipped until the next release."""
    with plain_errors():
        args = typed_commands.read_arguments("drop", [f"item={item}"], wall_now())
        _send(_settings(context), target, "drop", args, wait=wait, expires=None, reason=reason, by=by)


def _send(
    settings: OfficeSettings, target: str, command: str, args: dict[str, Any], *, wait: float, expires: float | None,
    reason: str, by: str | None,
) -> None:  # fmt: skip
    """Sends, waits and prints who answered. Raises typer.Exit unless all said done."""
    wall = wall_now()
    topic = typed_commands.command_topic(settings.root, target)
    life_s = typed_commands.expiry_s(args, wall, expires)
    command_id = typed_commands.make_id(command, args)
    payload = typed_commands.make_command(
        command, args, command_id=command_id, wall=wall, expires_s=life_s, by=by or user_name(), reason=reason
    )
    message = Message(topic, payload, qos=1, expires_s=int(life_s) + 1)
    answers, fleet, away = _ask(settings, target, message, command_id, wait)
    for name in away:
        until = (wall + timedelta(seconds=life_s)).astimezone()
        out.print(
            f"{for_terminal(name):<16} [yellow]not reached[/yellow]: off, or without a network; "
            f"it still gets this when it is back before {until:%Y-%m-%d %H:%M:%S}",
            soft_wrap=True,
        )
    for name in answers.silent:
        why = "(it may be off)"
        if name not in fleet.panels:
            known = sorted(fleet.panels)
            hint = did_you_mean(name, known) or f"known: {', '.join(known) or 'none'}"
            why = for_terminal(f"and no panel {name} has been heard of; {hint}")
        out.print(f"{for_terminal(name):<16} [yellow]no answer[/yellow] within {wait:g} s {why}", soft_wrap=True)
    for name in answers.unfinished:
        out.print(f"{for_terminal(name):<16} [yellow]no end yet[/yellow] after {wait:g} s")
    if not answers.last and not answers.silent and not away:
        out.print(f"[yellow]nobody answered[/yellow]{for_terminal(_say_groups(target, fleet))}", soft_wrap=True)
    if not answers.good or away:
        raise typer.Exit(1)


def _say_groups(target: str, fleet: Fleet) -> str:
    """Which groups there are, when the one that was named is none."""
    group = target.removeprefix("group:")
    known = sorted({each for panel in fleet.panels.values() for each in panel.groups})
    if group == target or group in known:
        return ""
    hint = did_you_mean(group, known) or f"known: {', '.join(known) or 'none'}"
    return f"; no panel is in a group {group}; {hint}"


def _ask(
    settings: OfficeSettings, target: str, message: Message, command_id: str, wait_s: float
) -> tuple[Answers, Fleet, list[str]]:
    """Who answered, which panels have been heard of, and which of those that are meant are off."""
    root, group = settings.root, target.removeprefix("group:")
    is_wide = target == "all" or group != target
    with OfficeSession(settings.account()) as session:
        session.listen(f"{root}/+/reply", f"{root}/+/state", *([f"{root}/+/health"] if group != target else []))
        fleet = Fleet(root)
        for arrived in session.hear_retained() if is_wide else ():
            fleet.take(arrived, wall_now())
        meant = [panel for panel in fleet.panels.values() if target == "all" or group in panel.groups]
        online = {panel.name for panel in meant if panel.state and panel.state.online}
        answers = Answers({target} if not is_wide else online if meant or target == "all" else None)
        session.send(message)
        deadline = time.monotonic() + wait_s
        while not answers.complete and time.monotonic() < deadline:
            heard = session.hear(min(0.5, deadline - time.monotonic()))
            if heard is None:
                if not meant and target not in fleet.panels:  # nobody of that name has ever been heard of
                    deadline = min(deadline, time.monotonic() + UNKNOWN_WAIT_S)
                continue
            if not heard.topic.endswith("/reply"):
                fleet.take(heard, wall_now())
                continue
            try:
                reply = decode_reply(heard.payload)
            except ReportError:
                continue
            panel = heard.topic.split("/")[-2]
            if reply.id == command_id and answers.take(panel, reply) and reply.stage != "accepted":
                out.print(tables.line_of_reply(panel, reply), soft_wrap=True)
        return answers, fleet, sorted(panel.name for panel in meant if panel.name not in online | answers.last.keys())


@app.command()
def screenshot(
    context: typer.Context,
    panel: Annotated[str, typer.Argument(help="The panel's name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The JPEG file to write.")],
    width: Annotated[int | None, typer.Option(min=16, max=7680, help="Pixels. Default: as wide as the region.")] = None,
    wait: Waiting = 30.0,
) -> None:
    """Fetch what is really on a panel's screen."""
    with plain_errors():
        settings = _settings(context)
        topic = typed_commands.command_topic(settings.root, panel)
        if panel == "all" or panel.startswith("group:"):
            raise OfficeError("a screenshot is of one panel; write its name")
        command_id = typed_commands.make_id("screenshot", {})
        args = {} if width is None else {"width": width}
        payload = typed_commands.make_command(
            "screenshot", args, command_id=command_id, wall=wall_now(), expires_s=wait, by=user_name(), reason=""
        )
        with OfficeSession(settings.account()) as session:
            session.listen(f"{settings.root}/{panel}/reply", f"{settings.root}/{panel}/screenshot")
            session.send(Message(topic, payload, qos=1, expires_s=int(wait) + 1))
            jpeg = _await_picture(session, command_id, wait)
        if not jpeg.startswith(b"\xff\xd8"):
            raise OfficeError(f"{panel} sent something that is no JPEG")
        replace_file(output, jpeg, lasting=False)
        out.print(f"{output}: {len(jpeg)} bytes", markup=False)


def _await_picture(session: OfficeSession, command_id: str, wait_s: float) -> bytes:
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        heard = session.hear(min(0.5, deadline - time.monotonic()))
        if heard is None:
            continue
        if heard.topic.endswith("/screenshot"):
            if ("command", command_id) in heard.properties:
                return heard.payload
            continue
        try:
            reply = decode_reply(heard.payload)
        except ReportError:
            continue
        if reply.id == command_id and reply.stage in ("failed", "rejected"):
            raise OfficeError(for_terminal(f"{reply.stage} {reply.code}: {reply.detail}"))
    raise OfficeError(f"no picture within {wait_s:g} s; is the panel online? (panel-office watch)")
