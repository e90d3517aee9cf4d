"""The one table of commands: nothing is missing in it, and what its rows name is there."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from player.contract import commands
from player.contract.arguments import Argument, list_arguments
from player.contract.commands import COMMANDS, ROWS, CommandRow, allowed_commands, unknown_commands
from player.contract.entities import PictureChoice, PlaylistChoice

WITHOUT_PYDANTIC = """
import sys
import player.core.director
from player.contract import commands
sys.exit("pydantic" in sys.modules or not commands.COMMANDS)
"""


def test_every_command_has_one_row() -> None:
    """Each dataclass of `Order` stands in the table, once, under a name of its own."""
    assert sorted(row.order.__name__ for row in ROWS) == sorted(each.__name__ for each in get_args(commands.Order))
    assert len(COMMANDS) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_row_names_is_there(row: CommandRow) -> None:
    """The bare argument and the pairs are arguments of the command; what takes it back is a command."""
    names = [argument.name for argument in list_arguments(row.order)]
    assert row.bare is None or row.bare in names
    for pair in row.exactly_one:
        assert {pair.first, pair.second} <= set(names)
    if isinstance(row.entity, PictureChoice | PlaylistChoice):
        assert row.entity.opposite in COMMANDS
    assert row.summary.endswith(".")


def test_arguments_are_listed_with_their_words() -> None:
    """Name, whether it must be given, its default, its unit, and whether it is text whatever is typed."""
    assert list_arguments(commands.Brightness) == [
        Argument("percent", True, None, "percent or back to what the panel's settings say", is_text=False),
        Argument("keep", False, False, "also after the next start", is_text=False),
    ]
    assert [argument.name for argument in list_arguments(commands.Show) if argument.is_text] == [
        "media",
        "text",
        "colour",
    ]
    assert not list_arguments(commands.Goto)[0].is_text


def test_office_allow_is_read_with_the_table() -> None:
    """ "*" is every command; a name that no command has is found, and allows nothing."""
    assert allowed_commands(("*",)) == set(COMMANDS)
    assert allowed_commands(("next", "netx")) == {"next"}
    assert unknown_commands(("next", "netx", "*")) == ["netx"]


def test_core_and_table_load_no_pydantic() -> None:
    """The first picture does not wait for the parser of commands."""
    assert subprocess.run([sys.executable, "-c", WITHOUT_PYDANTIC], check=False).returncode == 0
