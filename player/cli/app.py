"""The commands of `panel-player`: run, check, status, schedule, records, support, asyncapi.

Knows: options, arguments, help. Touches: nothing itself; hands over to the other files of cli/.
Must not: be loaded by the daemon: typer and rich cost 30 MB, and the daemon lives for years.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from player import __version__
from player.settings.file import DEFAULT_CONFIG

PANEL_ONLY = (
    "this is for a panel, which runs Linux; on this computer there are: panel-player check FOLDER, "
    "panel-player schedule --folder FOLDER"
)

app = typer.Typer(help="Plays one LED panel.", no_args_is_help=True, add_completion=False)


def _one_of_ours(language: str | None) -> str | None:
    if language not in (None, "id", "en"):
        raise typer.BadParameter("write id or en")
    return language


Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Language = Annotated[
    str | None,
    typer.Option("--language", help="id or en. Default: the panel's, or this terminal's.", callback=_one_of_ours),
]


def _on_a_panel() -> None:
    """Ends with a sentence where no panel can be."""
    if sys.platform != "linux":
        typer.echo(PANEL_ONLY, err=True)
        raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def top(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False) -> None:
    """Plays one LED panel: a synced folder through VLC, health and commands over MQTT."""


@app.command()
def run(config: Config = DEFAULT_CONFIG) -> None:
    """Runs the daemon until SIGTERM (systemd does this)."""
    _on_a_panel()
    os.execv(sys.executable, [sys.executable, "-m", "player.start", "--config", str(config)])


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A content folder to look through, at the office too.")] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Tries the configuration and this machine (with FOLDER: the content) and says what is wrong."""
    # Each command imports only what it needs: what one of them lacks on this computer does not stop the others.
    if folder:
        from player.cli.check_folder import show_folder_check

        raise typer.Exit(show_folder_check(folder, config, as_json, language))
    _on_a_panel()
    from player.cli.check import show_machine_check

    raise typer.Exit(show_machine_check(config, as_json, language))


@app.command()
def status(config: Config = DEFAULT_CONFIG, as_json: Json = False, language: Language = None) -> None:
    """What the daemon on this machine is doing, without any network."""
    _on_a_panel()
    from player.cli.status import show_status

    raise typer.Exit(show_status(config, as_json, language))


@app.command()
def schedule(
    config: Config = DEFAULT_CONFIG,
    folder: Annotated[Path | None, typer.Option(help="A content folder; default: the panel's own.")] = None,
    at: Annotated[str | None, typer.Option(help="A moment, like 2026-12-01T18:30; default: now.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to show.")] = 1,
    language: Language = None,
) -> None:
    """What will play when, and why: look before it goes live."""
    from player.cli.schedule import show_schedule

    raise typer.Exit(show_schedule(config, folder, at, days, language))


@app.command()
def records(
    config: Config = DEFAULT_CONFIG,
    day: Annotated[str, typer.Option(help="A day like 2026-12-01, in the panel's time zone; default: today.")] = "",
    as_json: Json = False,
) -> None:
    """What was shown on this panel on one day, and how we know, without any network."""
    _on_a_panel()
    from player.cli.records import show_records

    raise typer.Exit(show_records(config, day, as_json))


@app.command()
def support(
    config: Config = DEFAULT_CONFIG,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write, ending in .tar.gz.")] = None,
) -> None:
    """One file for whoever helps: settings without secrets, status, logs, versions, the screen. With sudo it sees most."""
    from player.cli.support import write_support

    raise typer.Exit(write_support(config, output))


@app.command()
def asyncapi() -> None:
    """The whole MQTT contract as an AsyncAPI 3.0 document."""
    from player.contract.asyncapi import describe_contract
    from player.core.alerts import ALERTS

    typer.echo(json.dumps(describe_contract(__version__, ALERTS), indent=2, ensure_ascii=False))
