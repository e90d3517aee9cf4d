"""`panel-office watch`: a live table of all panels that scrolls, filters, and goes on when the broker was away.

Knows: when to draw. Touches: the terminal, the broker through session.py. Must not: decide what a key does (watch_view.py).
"""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.live import Live

from player.base.mqtt.messages import Account
from player.base.text import for_terminal
from player.office.certificates import tell_ending
from player.office.fleet import Fleet
from player.office.gathering import gather, wall_now
from player.office.keyboard import Keyboard
from player.office.session import Lost, OfficeSession
from player.office.settings import read_office_settings
from player.office.tables import table_of_panels
from player.office.terminal import out, plain_errors
from player.office.watch_screen import draw_watch
from player.office.watch_view import WatchView

app = typer.Typer()

RETRY_S = 5.0
REDRAW_S = 0.5
KEYS_S = 0.1
"""How long a key may wait."""


@app.command()
def watch(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Print the table once and end.")] = False,
    group: Annotated[str, typer.Option("--group", help="Only panels of this group.")] = "",
    word: Annotated[str, typer.Option("--word", help="Only panels whose row has this word.")] = "",
    trouble: Annotated[bool, typer.Option("--trouble", help="Only panels with an alert, off or silent.")] = False,
) -> None:
    """A live table of all panels: what is on screen, why, since when, alerts. The last line names the keys; q ends it."""
    with plain_errors():
        settings = read_office_settings(*context.find_root().obj)
        tell_ending(settings, wall_now())
        account = settings.account()
        view = WatchView(word=word, group=group, trouble_only=trouble)
        if once or not out.is_terminal:
            out.print(table_of_panels(gather(account, settings.root), wall_now(), out.width, view=view))
            return
        with Keyboard() as keyboard, Live(console=out, screen=True, auto_refresh=False) as live:
            try:
                _Watching(Fleet(settings.root), view, keyboard, live).run(account)
            except KeyboardInterrupt:
                return


class _Watching:
    """What is on the terminal; from the first connection until q is pressed."""

    def __init__(self, fleet: Fleet, view: WatchView, keyboard: Keyboard, live: Live) -> None:
        self._fleet, self._view, self._keyboard, self._live = fleet, view, keyboard, live
        self._shown = 0
        self._note = "connecting"
        self._drawn_mono = 0.0

    def run(self, account: Account) -> None:
        """Raises Lost when the first connection fails: a wrong address or password is not tried for ever."""
        first = True
        while not self._view.ended:
            try:
                with OfficeSession(account) as session:
                    first = False
                    session.listen(*self._fleet.topics)
                    self._note = f"linked to {account.host}"
                    self._listen(session)
            except Lost as error:
                if first:
                    raise
                self._note = f"{for_terminal(str(error))}; trying again"
                self._wait()

    def _listen(self, session: OfficeSession) -> None:
        while not self._view.ended:
            arrived = session.hear(KEYS_S)
            if arrived is not None:
                self._fleet.take(arrived, wall_now())
            self._turn()

    def _wait(self) -> None:
        until = time.monotonic() + RETRY_S
        while not self._view.ended and time.monotonic() < until:
            self._turn()
            time.sleep(KEYS_S)

    def _turn(self) -> None:
        """A key is answered at once; what the panels say is drawn twice a second."""
        keys = self._keyboard.pressed()
        for key in keys:
            groups = {group for panel in self._fleet.panels.values() for group in panel.groups}
            self._view = self._view.press(key, shown=self._shown, groups=groups)
        if keys or time.monotonic() - self._drawn_mono > REDRAW_S:
            drawn = draw_watch(
                self._fleet, self._view, wall_now(), self._live.console, self._note, keys=self._keyboard.here
            )
            self._view, self._shown = drawn.view, drawn.shown
            self._live.update(drawn.picture, refresh=True)
            self._drawn_mono = time.monotonic()
