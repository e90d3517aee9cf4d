"""The office's terminal: what its commands write to, and how an error becomes a line.

Knows: which errors a person can put right. Touches: the terminal. Must not: know a command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from player.base.text import for_terminal
from player.bundle import minisign
from player.bundle.refusals import BundleRefused
from player.office.signing import OfficeError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what a person can put right into plain lines and exit status 1."""
    try:
        yield
    except (OfficeError, minisign.MinisignError, BundleRefused, MemoryError) as error:
        for line in str(error).splitlines():
            err.print(f"[red]{escape(line)}[/red]", soft_wrap=True)
        raise typer.Exit(1) from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        err.print(f"[red]{escape(place + os.strerror(error.errno or 5))}[/red]", soft_wrap=True)
        raise typer.Exit(1) from error


def tell(line: str) -> None:
    """A line as it is, whatever a stranger wrote into it."""
    out.print(escape(for_terminal(line)), soft_wrap=True)
