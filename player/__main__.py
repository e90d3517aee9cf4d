"""The porch: the command line `panel-player`, for the IT person, the technician, and the operator at the office.

Knows: words and exit statuses. Touches: the configuration, the terminal. Must not: hold logic that a room should have.
Exit status: 0 all is well, 1 something is wrong and was said, 2 the command line is wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from player import __version__
from player.settings import DEFAULT_CONFIG

RUN_MODULE = "player.run"


def main() -> None:
    """`run` goes straight to the daemon: a process that lives for years must not carry the command line's libraries."""
    words = sys.argv[1:]
    if words[:1] == ["run"] and not {"--help", "-h"} & set(words):
        from player.run import main as run

        sys.exit(run(words[1:]))
    _command_line()()


def _command_line() -> Callable[[], None]:
    import typer
    from rich.console import Console

    app = typer.Typer(help="Plays one LED panel.", no_args_is_help=True, add_completion=False, rich_markup_mode="rich")
    out = Console(highlight=False, soft_wrap=True)
    config_option = typer.Option("--config", help="The configuration file.", show_default=True)

    def version(wanted: bool) -> None:
        if wanted:
            out.print(__version__)
            raise typer.Exit

    @app.callback()
    def top(_version: Annotated[bool, typer.Option("--version", callback=version, is_eager=True)] = False) -> None:
        """Plays one LED panel: a synced folder through VLC, health and commands over MQTT."""

    @app.command()
    def run(config: Annotated[Path, config_option] = DEFAULT_CONFIG) -> None:
        """Runs the daemon until SIGTERM (systemd does this)."""
        os.execv(sys.executable, [sys.executable, "-m", RUN_MODULE, "--config", str(config)])

    @app.command()
    def check(
        folder: Annotated[
            Path | None, typer.Argument(help="A content folder to look through, at the office too.")
        ] = None,
        config: Annotated[Path, config_option] = DEFAULT_CONFIG,
        json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Tries the configuration and this machine (or, with FOLDER, the content) and says what is wrong."""
        from player import porch

        raise typer.Exit(porch.check_folder(folder, config, json) if folder else porch.check_machine(config, json))

    @app.command()
    def status(
        config: Annotated[Path, config_option] = DEFAULT_CONFIG,
        json: Annotated[bool, typer.Option("--json", help="The health report as the office gets it.")] = False,
    ) -> None:
        """What the daemon on this machine is doing, without any network."""
        from player import porch

        raise typer.Exit(porch.show_status(config, json))

    @app.command()
    def schedule(
        config: Annotated[Path, config_option] = DEFAULT_CONFIG,
        folder: Annotated[Path | None, typer.Option(help="A content folder; default: the panel's own.")] = None,
        at: Annotated[str | None, typer.Option(help="A moment, like 2026-12-01T18:30; default: now.")] = None,
        days: Annotated[int, typer.Option(min=1, max=366, help="How many days to show.")] = 1,
    ) -> None:
        """What will play when, and why: look before it goes live."""
        from player import porch

        raise typer.Exit(porch.show_schedule(config, folder, at, days))

    @app.command()
    def asyncapi() -> None:
        """The whole MQTT contract as an AsyncAPI 3.0 document."""
        from player import porch

        raise typer.Exit(porch.show_asyncapi())

    return app


if __name__ == "__main__":
    main()
