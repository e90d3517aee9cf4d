"""The office's tables, drawn with rich: all panels, what is on screen, alerts, replies.

Knows: columns, colours, what fits in 80 columns. Touches nothing. Must not: fetch or decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from player.base.text import for_terminal
from player.contract.reports import ON_PURPOSE, NowReport, Reply
from player.office.fleet import DEAD, Fleet, Panel, Presence, ago
from player.office.watch_view import WatchView

WIDE = 132
"""From this many columns on there is room for the machine's readings and the version."""
MARKS = {
    Presence.ONLINE: ("●", "green"),
    Presence.SILENT: ("◐", "yellow"),
    Presence.OFFLINE: ("○", "red"),
    Presence.UNKNOWN: ("?", "dim"),
}
STAGE_COLOUR = {"accepted": "cyan", "done": "green", "failed": "red", "rejected": "red"}
HOT_C, FULL_PERCENT, LOW_DISK_BYTES = 80, 90, 2 << 30
NAME_COLUMNS = 20
STRIPES = ("", "on grey7")
EVERYTHING = WatchView()


def table_of_panels(fleet: Fleet, wall: datetime, width: int, note: str = "", view: WatchView = EVERYTHING) -> Group:
    """One row for each panel that the view asks for, those in trouble first; below them the sum of all."""
    panels = view.pick(fleet.ordered(wall), wall)
    table = rows_of_panels(panels, fleet.panels.values(), wall, width)
    if not fleet.panels:
        return Group(table, Text("no panel has been heard of yet", "dim"), Text(note, "dim"))
    return Group(table, Text(""), line_of_sum(fleet, wall, note))


def rows_of_panels(
    panels: Iterable[Panel], everyone: Iterable[Panel], wall: datetime, width: int, first: int = 0
) -> Table:
    """One row for each of `panels`. everyone: as wide as their names the first column is. first: the number of the first row."""
    wide = width >= WIDE
    table = Table(expand=True, box=None, padding=(0, 2, 0, 0), header_style="bold")
    _add_names(table, everyone)
    table.add_column("On the screen", ratio=5, overflow="fold")
    table.add_column("Why" if wide else "Why, and alerts", ratio=6, overflow="fold")
    table.add_column("Since", justify="right", no_wrap=True)
    if wide:
        table.add_column("Alerts", no_wrap=True)
        table.add_column("Screen", no_wrap=True)
        table.add_column("Machine", no_wrap=True)
        table.add_column("Version", no_wrap=True)
    table.add_column("Seen", justify="right", no_wrap=True)
    for number, panel in enumerate(panels, first):
        table.add_row(*_row_of(panel, wall, wide=wide), style=STRIPES[number % len(STRIPES)])
    return table


def _row_of(panel: Panel, wall: datetime, *, wide: bool) -> list[RenderableType]:
    there = panel.presence(wall)
    dim = "dim" if there in (*DEAD, Presence.UNKNOWN) else ""
    why, trouble = Text(for_terminal(_why(panel, wall)), dim), _alerts(panel, there)
    if not wide and trouble:
        why = Text("\n").join([why, trouble]) if why else trouble
    row: list[RenderableType] = [
        _name(panel, there),
        Text(for_terminal(_showing(panel, there, "last")), dim),
        why,
        Text(ago(panel.since, wall), dim),
    ]
    if wide:
        version = for_terminal(panel.health.version if panel.health else "")
        # Of a panel that is off they are of its last report, and nothing to be green or red about.
        seen = [Text(each.plain, dim) if there in DEAD else each for each in (_screen(panel), _machine(panel))]
        row += [trouble, *seen, Text(version, dim)]
    return [*row, Text(ago(panel.seen, wall), "yellow" if there is Presence.SILENT else dim)]


def table_of_now(panels: Iterable[Panel], wall: datetime) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    panels = list(panels)
    _add_names(table, panels)
    for title in ("Item", "Playlist", "Why"):
        table.add_column(title, overflow="fold")
    table.add_column("Since", justify="right", no_wrap=True)
    table.add_column("Until", no_wrap=True)
    for panel in panels:
        now, there = panel.now, panel.presence(wall)
        dim = "dim" if there in DEAD else ""
        table.add_row(
            _name(panel, there),
            Text(for_terminal(_showing(panel, there, f"{there}; last")), dim),
            Text(for_terminal((now and now.playlist) or ""), dim),
            Text(for_terminal(_sender(panel) or panel.reason), dim),
            Text(ago(panel.since, wall), dim),
            Text(_until(now, wall) if there not in DEAD else "", dim),
        )
    return table


def _showing(panel: Panel, there: Presence, last: str) -> str:
    """What is on screen; of a panel that is off or silent, what it showed last, with the word for that before it."""
    showing = panel.showing or "-"
    return f"{last}: {showing}" if there in DEAD else showing


def _sender(panel: Panel) -> str:
    """Of an urgent message: what it is, and who sent it; its words stand where the item stands. Else nothing."""
    if panel.now is None or panel.now.text is None:
        return ""
    return "urgent message" + (f" by {panel.now.by}" if panel.now.by else "")


def _why(panel: Panel, wall: datetime) -> str:
    sender, until = _sender(panel), _until(panel.now, wall, "%H:%M %Z")
    return f"{sender} until {until}" if sender and until else sender or panel.reason


def _until(now: NowReport | None, wall: datetime, form: str = "%H:%M:%S %Z") -> str:
    """In this computer's time zone, which is named: the panel may stand in another one."""
    if now is None or now.until is None:
        return ""
    until = now.until.astimezone()
    day = "" if until.date() == wall.astimezone().date() else "%Y-%m-%d "
    return until.strftime(day + form)


def table_of_alerts(panels: Iterable[Panel], wall: datetime) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    panels = list(panels)
    _add_names(table, panels)
    table.add_column("Alert", no_wrap=True, style="red")
    table.add_column("For", justify="right", no_wrap=True)
    table.add_column("What, and what to do", overflow="fold")
    for panel in panels:
        for trouble in panel.troubles(wall):
            table.add_row(
                _name(panel, panel.presence(wall)),
                Text(for_terminal(trouble.id)),
                Text(ago(trouble.raised, wall)),
                Text(for_terminal(trouble.detail)),
            )
    return table


def line_of_reply(panel: str, reply: Reply) -> Text:
    """`serang-01  done  b.mp4`: one line for each answer."""
    colour = STAGE_COLOUR.get(reply.stage, "")
    line = Text.assemble((f"{for_terminal(panel):<16} ", "bold"), (f"{for_terminal(reply.stage):<9}", colour))
    if reply.code:
        line.append(f" {for_terminal(reply.code)}", colour)
    if reply.detail:
        # `logs` has many lines: each is made harmless by itself, and put under the name.
        words = [for_terminal(each) for each in reply.detail.splitlines()]
        line.append(" " + words[0] if len(words) == 1 else "\n" + "\n".join(f"    {each}" for each in words))
    return line


def _add_names(table: Table, panels: Iterable[Panel]) -> None:
    """As wide as the longest name, but one of 32 characters goes over two lines: the rest needs the room more."""
    longest = max((len(panel.name) + 2 for panel in panels), default=9)
    table.add_column("Panel", width=min(max(longest, 9), NAME_COLUMNS), overflow="fold")


def _name(panel: Panel, there: Presence) -> Text:
    mark, colour = MARKS[there]
    name, room = for_terminal(panel.name), NAME_COLUMNS - 2
    lines = "\n  ".join(name[at : at + room] for at in range(0, len(name), room))
    return Text.assemble((mark, colour), " ", (lines, "bold" if there is Presence.ONLINE else "dim"))


def _alerts(panel: Panel, there: Presence) -> Text:
    words = [(for_terminal(alert), "red") for alert in sorted(panel.alerts)]
    if there is Presence.OFFLINE:
        words.insert(0, ("offline", "bold red"))
    if there is Presence.SILENT:
        words.insert(0, ("silent", "bold yellow"))
    if panel.nonsense:
        words.append(("unreadable report", "yellow"))
    if panel.health is not None and panel.health.clock == "bad":
        words.append(("clock bad", "yellow"))
    return Text("\n").join(Text(*each) for each in words) if words else Text("")


def _screen(panel: Panel) -> Text:
    screen = panel.health.screen if panel.health else None
    if screen is None:
        return Text("")
    if panel.health and screen.lit is False and panel.health.player.state in ON_PURPOSE:
        return Text(ON_PURPOSE[panel.health.player.state], "dim")
    words = Text()
    for name, value in (("lit", screen.lit), ("moving", screen.moving)):
        words.append(f"{name} ", "green" if value else "dim" if value is None else "yellow")
        words.append(
            {True: "yes ", False: "no ", None: "? "}[value], "" if value else "yellow" if value is False else "dim"
        )
    return words


def _machine(panel: Panel) -> Text:
    machine = panel.health.machine if panel.health else None
    words = Text()
    if machine is None:
        return words
    for value, form, bad in (
        (machine.cpu_percent, "cpu {:.0f} % ", FULL_PERCENT),
        (machine.memory_percent, "mem {:.0f} % ", FULL_PERCENT),
        (machine.temperature_c, "{:.0f} °C ", HOT_C),
    ):
        if value is not None:
            words.append(form.format(value), "red" if value >= bad else "")
    if machine.disk_free_bytes is not None:
        words.append(
            f"{machine.disk_free_bytes / 2**30:.0f} GB free", "red" if machine.disk_free_bytes < LOW_DISK_BYTES else ""
        )
    return words


def line_of_sum(fleet: Fleet, wall: datetime, note: str) -> Text:
    """`● 5 online   2 alerts   linked to mqtt.serang.go.id`: all panels, also those that are left out or out of sight."""
    there = [panel.presence(wall) for panel in fleet.panels.values()]
    alerts = sum(len(panel.alerts) for panel in fleet.panels.values())
    words = Text()
    for presence, (mark, colour) in MARKS.items():
        if presence in there:
            words.append(f"{mark} {there.count(presence)} {presence}   ", colour)
    words.append(f"{alerts} alert{'' if alerts == 1 else 's'}   ", "red" if alerts else "dim")
    words.append(note, "dim")
    return words
