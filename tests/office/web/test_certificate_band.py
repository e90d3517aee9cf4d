"""The console tells its admins of certificates that end, on every page and in their language."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from player.office.certificates import LOOK_AGAIN
from tests.kit.certificates import BEGAN, make_authority, make_certificate
from tests.kit.console import console_inside


def test_an_admin_reads_which_certificate_ends_and_what_to_do(tmp_path: Path) -> None:
    """In a band above the page; a viewer, who cannot mend it, reads nothing; within an hour after it was renewed it is gone."""
    authority = make_authority()
    authority.write(tmp_path / "ca.crt")
    wall = BEGAN + timedelta(days=780)
    make_certificate("office", signer=authority, server=True, lives=timedelta(days=800)).write(tmp_path / "web.crt")
    with console_inside(tmp_path, now=lambda: wall, ca_file=str(tmp_path / "ca.crt")) as console:
        admin = console.client("ada")
        said = f"{tmp_path}/web.crt ends on {BEGAN + timedelta(days=800):%Y-%m-%d}; run sh systemd/office.sh --renew"
        assert said in admin.get("/people").text
        admin.post("/me/language", {"language": "id", "back": "/people"})
        assert f"sertifikat {tmp_path}/web.crt habis pada" in admin.get("/people").text
        assert "web.crt" not in console.client("vera").get("/me").text
        make_certificate("office", signer=authority, server=True).write(tmp_path / "web.crt")
        assert "web.crt" in admin.get("/people").text
        wall += LOOK_AGAIN
        assert "web.crt" not in admin.get("/people").text
