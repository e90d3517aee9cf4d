"""`panel-office`: the office's own program, which needs only the broker's address.

Knows: where its commands are, and exit statuses (0 all is well, 1 it is not and was said, 2 the command line is wrong).
Touches: nothing itself. Must not: run on a panel, or import a command that is not asked for.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

MODULES = {
    "preview": ("preview",),
    "panel_commands": ("now", "alerts", "send", "drop", "screenshot"),
    "watch_command": ("watch",),
    "bundles": ("keygen", "sign", "verify", "stick", "receipt"),
    "prepare_command": ("prepare",),
    "notify.command": ("notify",),
    "support_command": ("support",),
    "forget_command": ("forget",),
    "records.commands": (
        "collect", "records", "accept-key", "confirm-span", "verify-records", "export-records", "move-records", "bookings",
        "report",
    ),
    "web.serve_command": ("serve",),
    "web.account_command": ("account",),
}  # fmt: skip
"""A module of player.office -> its commands. To load all of them takes 0.6 s of processor time, one 0.4 at most (2026-11)."""
WHOLE = "account"
"""The command whose module's commands are its own: `account add`."""


class LazyGroup(TyperGroup):
    """The module of a command is imported when the command is asked for; for the help, and for a misspelt name, all are."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        named = [module for module, commands in MODULES.items() if cmd_name in commands]
        self._load(named or list(MODULES))
        return self.commands.get(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        self._load(list(MODULES))
        return [name for commands in MODULES.values() for name in commands]

    def _load(self, modules: list[str]) -> None:
        for module in modules:
            if self.commands.keys() >= set(MODULES[module]):
                continue
            own: typer.Typer = import_module(f"player.office.{module}").app
            own.rich_markup_mode = self.rich_markup_mode
            group = get_group(own)
            if MODULES[module] == (WHOLE,):
                self.add_command(group, WHOLE)
            else:
                self.commands.update(group.commands)


app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="See and command the panels; sign content and put it on sticks.",
)  # fmt: skip


def main() -> None:
    app()


@app.callback()
def connection(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Default: ~/.config/panel-office/config.toml")] = None,
    host: Annotated[str | None, typer.Option(envvar="PANEL_OFFICE_HOST", help="The broker.")] = None,
    port: Annotated[int | None, typer.Option(help="Default: 8883, without TLS 1883.")] = None,
    tls: Annotated[bool | None, typer.Option("--tls/--no-tls", help="Default: TLS.", show_default=False)] = None,
    ca_file: Annotated[str | None, typer.Option(help="The authority that signed the broker's certificate.")] = None,
    username: Annotated[str | None, typer.Option(envvar="PANEL_OFFICE_USERNAME", help="Our account.")] = None,
    password_file: Annotated[str | None, typer.Option(help="Default: ask at the terminal.")] = None,
    root: Annotated[str | None, typer.Option(help="First level of the topics. Default: panels.")] = None,
) -> None:
    """See and command the panels; sign content and put it on sticks."""
    given = {
        "host": host, "port": port, "tls": tls, "ca_file": ca_file, "username": username,
        "password_file": password_file, "root": root,
    }  # fmt: skip
    context.obj = (config, given)


if __name__ == "__main__":
    main()
