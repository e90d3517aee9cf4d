"""Time zones by name: what is none is one exception, whatever was typed."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import available_timezones

import pytest

from player.base.zones import zone_called, zone_named


@pytest.mark.parametrize(
    "name",
    ["Asia/Jakaria", "", ".", "..", "../UTC", "/etc/localtime", "Asia/", "a\x00b", 7, None, ["UTC"], "A" * 300, "Asia/Jakarta\n",
     "Asia/" * 4000 + "Jakarta", "/".join("ab" * 2000), "\ud800", "é"],
)  # fmt: skip
def test_what_is_no_zone_is_a_value_error(name: object) -> None:
    """Also names that make the standard library recurse, look outside its folder, or meet a folder."""
    with pytest.raises(ValueError, match="zone"):
        zone_named(name)
    assert zone_called(str(name), UTC) is UTC or not isinstance(name, str)


def test_every_zone_of_this_machine_has_a_name() -> None:
    """The pattern of names leaves no real zone out."""
    names = available_timezones()
    assert len(names) > 400
    assert {zone_named(name).key for name in names} == names
