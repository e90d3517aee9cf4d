"""`panel-player check` on a machine that has no screen: what it says of the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.live
def test_check_makes_no_state_folder(tmp_path: Path) -> None:
    """It would belong to whoever runs `check`, not to the player's user."""
    config = tmp_path / "config.toml"
    state = tmp_path / "var" / "state"
    config.write_text(
        f'[panel]\nname = "serang-01"\nstate_folder = "{state}"\n[content]\nfolder = "{tmp_path}"\n'
        '[screen]\ndisplay = ":999"\n'
    )
    words = [sys.executable, "-m", "player", "check", "--config", str(config), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    [told] = [row for row in json.loads(done.stdout) if row["what"].startswith("panel.state_folder")]
    assert told == {
        "what": f"panel.state_folder {state}: the player makes it as it starts", "ok": True, "fault": None,
    }  # fmt: skip
    assert not state.parent.exists()


@pytest.mark.live
def test_check_tells_in_which_scripts_a_message_may_be_written(tmp_path: Path) -> None:
    """Those of the fonts that are installed; for the others the packages, without calling their absence a fault."""
    config = tmp_path / "config.toml"
    config.write_text(
        f'[panel]\nname = "serang-01"\nstate_folder = "{tmp_path}"\n[content]\nfolder = "{tmp_path}"\n'
        '[screen]\ndisplay = ":999"\n'
    )
    words = [sys.executable, "-m", "player", "check", "--config", str(config), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    [fonts] = [row for row in json.loads(done.stdout) if row["what"].startswith("fonts: letters for Latin, Arabic")]
    assert fonts["ok"]
    assert "fonts-noto-cjk" in fonts["what"] or "Chinese, Japanese, Korean" in fonts["what"]
