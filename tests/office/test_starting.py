"""`panel-office` starts: the module of the command that is asked for, and no other."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from typer.main import get_group

from player.office.__main__ import MODULES, WHOLE


@pytest.mark.parametrize("module", MODULES)
def test_the_table_names_each_command_of_a_module(module: str) -> None:
    """A command that is missing there would be in no help, and unknown."""
    if MODULES[module] != (WHOLE,):
        assert set(get_group(import_module(f"player.office.{module}").app).commands) == set(MODULES[module])


@pytest.mark.parametrize(("command", "module"), [("alerts", "panel_commands"), ("report", "records.commands")])
def test_a_command_loads_no_other(command: str, module: str) -> None:
    """The modules of the other commands are not there; nor are the panel's settings checked by pydantic."""
    script = (
        "import sys; from player.office.__main__ import MODULES, app;"
        f"app(['{command}', '--help'], standalone_mode=False);"
        "print([each for each in MODULES if f'player.office.{each}' in sys.modules], 'pydantic_settings' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"['{module}'] False"
