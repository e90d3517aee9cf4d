"""The lock files: the Python packages that install.sh, demo.sh and run.sh install, and no others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

HERE = Path(__file__).parents[1]
BUILD, RUNTIME, OFFICE, TESTS = (
    HERE / name
    for name in ("systemd/build.lock", "systemd/requirements.lock", "systemd/office.lock", "tests/requirements.lock")
)
RENEW = "renew the locks: sh tests/lock.sh"
PYTHONS = ("3.11", "3.13")
"""Of Debian 12 and 13."""


def read_lock(path: Path) -> dict[str, tuple[Requirement, int]]:
    """Each package's pin and how many hashes it has."""
    pins: dict[str, tuple[Requirement, int]] = {}
    for entry in path.read_text().replace("\\\n", " ").splitlines():
        if entry.startswith("#"):
            continue
        pin, *hashes = entry.split(" --hash=sha256:")
        requirement = Requirement(pin)
        assert all(re.fullmatch(r"[0-9a-f]{64}\s*", digest) for digest in hashes), entry
        pins[canonicalize_name(requirement.name)] = requirement, len(hashes)
    return pins


def project() -> dict[str, Any]:
    return tomllib.loads((HERE / "pyproject.toml").read_text())


def missing(wanted: list[str], locks: list[Path]) -> list[str]:
    """The requirements that no pin of the locks fulfils on each of Debian's Pythons."""
    pins = {name: pin for lock in locks for name, (pin, _) in read_lock(lock).items()}
    unfulfilled = []
    for line in wanted:
        requirement = Requirement(line)
        pin = pins.get(canonicalize_name(requirement.name))
        for python in PYTHONS:
            applies = pin is not None and (pin.marker is None or pin.marker.evaluate({"python_version": python}))
            version = next(iter(pin.specifier)).version if pin is not None else ""
            if not applies or not requirement.specifier.contains(version):
                unfulfilled.append(f"{line} on Python {python}")
    return unfulfilled


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """Each requirement in pyproject.toml has a pin that fulfils it, on Debian 12's Python and on 13's."""
    asked = project()
    assert missing(asked["build-system"]["requires"], [BUILD]) == [], RENEW
    assert missing(asked["project"]["dependencies"], [RUNTIME]) == [], RENEW
    assert missing(asked["project"]["optional-dependencies"]["office"], [RUNTIME, OFFICE]) == [], RENEW
    assert missing(asked["project"]["optional-dependencies"]["test"], [RUNTIME, OFFICE, TESTS]) == [], RENEW


def test_what_only_the_office_needs_is_never_on_a_panel() -> None:
    """The lock of a panel's install has none of the packages of the extra `office`."""
    wanted = [Requirement(line).name for line in project()["project"]["optional-dependencies"]["office"]]
    assert {canonicalize_name(name) for name in wanted}.isdisjoint(read_lock(RUNTIME))
    assert {"sqlalchemy", "xlsxwriter"} <= {canonicalize_name(name) for name in wanted}


def test_a_requirement_without_its_pin_is_seen() -> None:
    """A package that no lock has, and a version that the pin does not reach, are both named."""
    assert missing(["setuptools>=9999", "no-such-package"], [BUILD]) == [
        f"{line} on Python {python}" for line in ("setuptools>=9999", "no-such-package") for python in PYTHONS
    ]


@pytest.mark.parametrize("lock", [BUILD, RUNTIME, OFFICE, TESTS], ids=lambda lock: str(lock.relative_to(HERE)))
def test_each_package_has_one_version_and_hashes(lock: Path) -> None:
    """A pin is name==version with at least one hash; no address of an index or a file stands in a lock."""
    pins = read_lock(lock)
    assert pins
    for name, (pin, hashes) in pins.items():
        assert pin.specifier == SpecifierSet(f"=={next(iter(pin.specifier)).version}"), name
        assert hashes, name
        assert pin.url is None, name
    assert not re.search(r"://|^--|^/", lock.read_text(), re.MULTILINE)


def test_no_package_stands_in_two_locks() -> None:
    """The tests run with the very versions that the player and the office run with."""
    assert read_lock(RUNTIME).keys().isdisjoint(read_lock(OFFICE))
    assert (read_lock(RUNTIME).keys() | read_lock(OFFICE).keys()).isdisjoint(read_lock(TESTS))
