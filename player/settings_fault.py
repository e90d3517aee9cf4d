"""What runs instead of the daemon when no settings can be read: a card that says so, never a black panel.

Knows: the first line of the complaint. Touches: the screen, systemd, the settings file (looking whether it changed).
Must not: play anything: without the settings it is not known what may be played here.
"""

from __future__ import annotations

import queue
import signal
from contextlib import ExitStack
from pathlib import Path

from player.base.indonesian import PANEL_WORDS
from player.core.effects import ShowCard
from player.core.events import Event, StageOpened, StopRequested
from player.core.model import Card, CardKind
from player.machine.systemd import Notifier
from player.screen.room import Screen
from player.settings.models import PanelSection, ScreenSection

CHECK_S = 2.0
ENGLISH = "SETTINGS ARE WRONG"
WORDS = f"{PANEL_WORDS[ENGLISH]} / {ENGLISH}\npanel-player check"
"""In both languages: the setting that tells which one cannot be read. Not the complaint itself: it may quote what the file
says, and everybody reads the panel."""


def show_trouble(path: Path, panel: str, display: str) -> None:
    """Shows the card until a signal comes or the file changes; systemd then starts the daemon anew."""
    inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: inbox.put(StopRequested("signal")))
    before = _state_of(path)
    with ExitStack() as stack:
        notifier = stack.enter_context(Notifier())
        screen = stack.enter_context(Screen(ScreenSection(display=display), PanelSection(name=panel), inbox.put))
        notifier.ready()
        notifier.status("the configuration cannot be used; see the log, or: panel-player check")
        while _state_of(path) == before:
            notifier.ping()
            try:
                event = inbox.get(timeout=CHECK_S)
            except queue.Empty:
                continue
            if isinstance(event, StageOpened):
                screen.perform(ShowCard(Card(CardKind.TROUBLE, WORDS)))
            elif isinstance(event, StopRequested):
                break
        notifier.stopping()


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_ino, facts.st_size
