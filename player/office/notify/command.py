"""`panel-office notify`: the notifier as a service, and a test of its ways.

Knows: how it is asked for and what it says. Touches: the terminal, signals. Must not: import mail before it is asked for.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from player.base.text import for_terminal
from player.office.settings import read_office_settings
from player.office.signing import OfficeError
from player.office.terminal import out, plain_errors

app = typer.Typer()

NO_WAY = "nobody would be told; write [notify.mail], [notify.webhook] or notify.command into the settings"


@app.command()
def notify(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Send a test message by every way, and end.")] = False,
) -> None:
    """Tell people of alerts, of what is over, and of panels that are lost, by e-mail, webhook or command; a service."""
    with plain_errors():
        from player.office.notify.book_file import read_book
        from player.office.notify.message import make_test_message
        from player.office.notify.service import NotifyService
        from player.office.notify.ways import NotTold, ways_of

        settings = read_office_settings(*context.find_root().obj, broker=not test)
        ways = ways_of(settings.notify)
        language = settings.notify.language or settings.web.language
        if not ways:
            raise OfficeError(NO_WAY)
        if test:
            faults = 0
            for name, way in ways.items():
                try:
                    way(make_test_message(language))
                except NotTold as error:
                    faults += 1
                    out.print(f"{name}: {for_terminal(str(error))}", style="red", markup=False, soft_wrap=True)
                else:
                    out.print(f"{name}: sent")
            raise typer.Exit(1 if faults else 0)
        book, fault = read_book(settings.notify_file)
        if fault:
            _tell(fault)
        service = NotifyService(
            settings.account(), settings.root, settings.notify, language, settings.notify_file, book, ways, _tell
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop())
        service.run()


def _tell(line: str) -> None:
    """A service's line; whoever reads it reads it now."""
    sys.stdout.write(f"{for_terminal(line)}\n")
    sys.stdout.flush()
