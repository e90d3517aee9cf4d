"""Parts of install.sh run by a real sh in a folder of their own: the way back takes the system files too."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.contract.enrolment import Enrolment, write_enrolment
from player.settings.reading import read_settings
from tests.kit.certificates import make_enrolment

pytestmark = pytest.mark.heavy

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT, RULES, GRUB = "panel-player.service", "panel-usb.rules", "panel-grub.cfg"


def run_in(folder: Path, words: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """install.sh without its command line, its places and `systemctl` replaced, then `words`; what it said."""
    script = (SYSTEMD / "install.sh").read_text().partition("# ---- the command line")[0]
    script = script.replace('"$here/systemd/common.sh"', f'"{SYSTEMD / "common.sh"}"')
    stand_ins = f"""
base={folder}/opt here={folder}/checkout
files() {{
    for source in $(ls $here/systemd); do echo "$source {folder}/etc/$source 644"; done
}}
systemd_runs() {{ false; }}
reload_system() {{ :; }}
switch_to() {{ ln -sfn "$(readlink -f $base/current)" $base/previous; ln -sfn "$1" $base/current; }}
restart_player() {{ :; }}
systemctl() {{
    [ "$1" = get-default ] && {{ cat {folder}/target; return; }}
    echo "systemctl $*" >>{folder}/asked
    [ "$2" = set-default ] && echo "$3" >{folder}/target
    return 0
}}
"""
    file = folder / "part.sh"
    file.write_text(script + stand_ins + words)
    done = subprocess.run(["sh", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done


def make_checkout(folder: Path, **files: str) -> None:
    """The files of systemd/ in one version, under their names; `_` is a dot there."""
    place = folder / "checkout" / "systemd"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, content in files.items():
        (place / name.replace("_", ".")).write_text(content)


def install(folder: Path, release: str) -> None:
    home = folder / "opt" / "releases" / release
    (home / "bin").mkdir(parents=True)
    for name in ("panel-player", "python"):
        (home / "bin" / name).write_text("#!/bin/sh\necho panel-player\n")
        (home / "bin" / name).chmod(0o755)
    run_in(folder, f"keep_files {home}; put_files {home}; switch_to {home}\n")


def installed(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in (folder / "etc").iterdir()}


def test_the_way_back_takes_units_rules_and_grub_files_too(tmp_path: Path) -> None:
    """What was changed is as it was, what only the new version has is gone, what only the old one had is there again."""
    old = {"unit_service": "old unit", "usb_rules": "old rules", "grub_cfg": "old grub", "left_conf": "only old"}
    new = {"unit_service": "new unit", "usb_rules": "new rules", "grub_cfg": "new grub", "fresh_timer": "only new"}
    make_checkout(tmp_path, **old)
    install(tmp_path, "1")
    before = installed(tmp_path)
    make_checkout(tmp_path, **new)
    install(tmp_path, "2")
    assert installed(tmp_path) == {name.replace("_", "."): content for name, content in new.items()}
    run_in(tmp_path, "roll_back\n")
    assert installed(tmp_path) == before
    run_in(tmp_path, "roll_back\n")
    assert installed(tmp_path)["unit.service"] == "new unit"


def test_a_version_that_kept_none_of_its_files_leaves_them_as_they_are(tmp_path: Path) -> None:
    """The way back to a version of before this one: the program goes back, the files stay, and it is said."""
    make_checkout(tmp_path, unit_service="old unit")
    install(tmp_path, "1")
    (tmp_path / "opt/releases/1/system/files").unlink()
    make_checkout(tmp_path, unit_service="new unit")
    install(tmp_path, "2")
    assert "stay as they are" in run_in(tmp_path, "roll_back\n").stdout
    assert installed(tmp_path) == {"unit.service": "new unit"}


@pytest.mark.parametrize("before", ["graphical.target", "multi-user.target"])
def test_the_default_target_is_put_back(tmp_path: Path, before: str) -> None:
    """What the machine started into before the first installation, however often it was upgraded since."""
    (tmp_path / "opt").mkdir()
    (tmp_path / "target").write_text(f"{before}\n")
    for _ in range(2):
        run_in(tmp_path, "remember_default_target; systemctl --quiet set-default multi-user.target\n")
    assert (tmp_path / "target").read_text() == "multi-user.target\n"
    run_in(tmp_path, 'systemctl --quiet set-default "$(default_target_before)"\n')
    assert (tmp_path / "target").read_text() == f"{before}\n"


def test_uninstalling_asks_for_the_target_before_its_mark_is_gone() -> None:
    """The mark lies in the folder that is removed, so it is read first."""
    script = (SYSTEMD / "install.sh").read_text().partition("uninstall() {")[2]
    assert 0 < script.index("default_target_before") < script.index("rm -rf $base")


def enrol_in(folder: Path, enrolment: Enrolment | bytes, words: str = "") -> subprocess.CompletedProcess[str]:
    """write_settings of install.sh with the office's file; the new program is this one."""
    home = folder / "opt" / "releases" / "1" / "bin"
    home.mkdir(parents=True, exist_ok=True)
    (home / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (home / "python").chmod(0o755)
    raw = enrolment if isinstance(enrolment, bytes) else write_enrolment(enrolment)
    (folder / "office.panel").write_bytes(raw)
    (folder / "checkout").mkdir(exist_ok=True)
    shutil.copy(SYSTEMD.parent / "config.example.toml", folder / "checkout")
    part = f"chown() {{ :; }}\nconfig={folder}/etc/config.toml given= name=\n"
    part += f"enrolment={folder}/office.panel release={home.parent}\n"
    return run_in(folder, f"{part}{words}\nwrite_settings\n", check=False)


def test_a_panel_is_enrolled_with_its_one_file(tmp_path: Path) -> None:
    """Settings, certificate, key and authority lie in their places, for root and the player alone; nothing is left over."""
    panel = make_enrolment(begins=datetime.now(UTC) - timedelta(days=1))
    done = enrol_in(tmp_path, panel)
    assert done.returncode == 0, done.stderr
    assert "this computer is the panel serang-01" in done.stdout
    found = {path.name: path for path in (tmp_path / "etc").iterdir()}
    assert set(found) == {"config.toml", "ca.crt", "panel.crt", "panel.key"}
    assert found["panel.key"].read_text() == panel.key
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o640}
    settings = read_settings(found["config.toml"])
    assert (settings.panel.name, settings.office.host) == ("serang-01", panel.host)
    renewed = make_enrolment(begins=datetime.now(UTC) - timedelta(days=1))
    assert enrol_in(tmp_path, renewed).returncode == 0
    assert found["panel.key"].read_text() == renewed.key


def test_a_file_that_is_refused_changes_nothing(tmp_path: Path) -> None:
    """Another panel's, a damaged one, settings that cannot be used: everything is as it was, and the new program is gone."""
    panel = make_enrolment(begins=datetime.now(UTC) - timedelta(days=1))
    assert enrol_in(tmp_path, panel).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "etc").iterdir()}
    other = make_enrolment("cilegon-07", datetime.now(UTC) - timedelta(days=1))
    for bad, words in (
        (write_enrolment(other), ""),
        (write_enrolment(panel)[:900], ""),
        (write_enrolment(panel), "settings_are_good() { false; }"),
    ):
        done = enrol_in(tmp_path, bad, words)
        assert done.returncode == 1
        assert "nothing was changed" in done.stderr
        assert {path: path.read_bytes() for path in (tmp_path / "etc").iterdir()} == before
        assert not (tmp_path / "opt/releases/1").exists()


def make_wheel(folder: Path, name: str, version: str, *lines: str) -> Path:
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(
            f"{name}-{version}.dist-info/METADATA", "\n".join((f"Name: {name}", f"Version: {version}", *lines, ""))
        )
    return file


def test_the_list_of_packages_names_every_wheel_with_its_hash(tmp_path: Path) -> None:
    """CycloneDX: the player as what it is about, each other wheel as a component, with licence, purl and SHA-256."""
    make_wheel(tmp_path, "panel_player", "0.1.0", "License: MIT")
    make_wheel(tmp_path, "Some_Thing", "2.3", "License-Expression: MIT OR Apache-2.0")
    make_wheel(tmp_path, "other", "1", "Classifier: License :: OSI Approved :: BSD License")
    words = [sys.executable, str(SYSTEMD / "sbom.py"), str(tmp_path)]
    said = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    assert (said["bomFormat"], said["specVersion"], said["version"]) == ("CycloneDX", "1.5", 1)
    assert said["serialNumber"].startswith("urn:uuid:")
    assert said["metadata"]["component"]["purl"] == "pkg:pypi/panel-player@0.1.0"
    found = {each["purl"]: each for each in said["components"]}
    assert set(found) == {"pkg:pypi/some-thing@2.3", "pkg:pypi/other@1"}
    assert found["pkg:pypi/some-thing@2.3"]["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    assert found["pkg:pypi/other@1"]["licenses"] == [{"license": {"name": "BSD License"}}]
    assert len(found["pkg:pypi/other@1"]["hashes"][0]["content"]) == 64
    assert said["dependencies"][0]["dependsOn"] == sorted(found, key=lambda purl: found[purl]["properties"][0]["value"])
    (tmp_path / "panel_player-0.1.0-py3-none-any.whl").unlink()
    assert subprocess.run(words, capture_output=True, check=False).returncode == 1
