"""`certificate.ending`: raised a month before the end of what the link connects with, and cleared when it is replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from player.base.clocks import Now
from player.base.mqtt.messages import Account
from player.core.alerts import Alert
from player.core.events import ConditionReported, Event
from player.link.certificates import CLOCK_AGAIN_S, LOOK_EVERY_S, CertificateWatch
from tests.kit.certificates import BEGAN, TEN_YEARS, make_authority, make_certificate
from tests.kit.link_room import QUICK, running_office
from tests.kit.waiting import wait_for

END = BEGAN + TEN_YEARS


class Panel:
    """A panel with its two files, and what its link tells the daemon."""

    def __init__(self, folder: Path, *, tls: bool = True) -> None:
        self.folder = folder
        self.authority = make_authority(lives=TEN_YEARS * 2)
        make_certificate("serang-01", signer=self.authority).write(folder / "panel.crt")
        self.authority.write(folder / "ca.crt")
        self.told: list[Event] = []
        self.clock_good = True
        account = Account(
            "broker", 8883, tls, "serang-01", "serang-01",
            ca_file=str(folder / "ca.crt"), cert_file=str(folder / "panel.crt"),
        )  # fmt: skip
        self.watch = CertificateWatch(
            account, self.told.append, lambda: self.clock_good, 10.0, begin=lambda work: work()
        )

    def look(self, wall: datetime, mono: float) -> list[str | None]:
        """What is newly told."""
        before = len(self.told)
        self.watch.look(Now(wall, mono))
        new = [event for event in self.told[before:] if isinstance(event, ConditionReported)]
        assert {event.alert for event in new} <= {Alert.CERTIFICATE_ENDING}
        return [event.detail for event in new]


def test_a_certificate_is_told_of_once_and_until_it_is_replaced(tmp_path: Path) -> None:
    """Nothing before the last month; then once, with what to do; over with the day after the new file came."""
    panel = Panel(tmp_path)
    assert panel.look(END - timedelta(days=31), 10.0) == []
    [detail] = panel.look(END - timedelta(days=29), 10.0 + LOOK_EVERY_S)
    assert detail is not None
    assert detail.startswith(
        f"the certificate {tmp_path}/panel.crt ends on {END:%Y-%m-%d}; make a new file for this panel"
    )
    assert panel.look(END - timedelta(days=28), 10.0 + 2 * LOOK_EVERY_S) == []
    make_certificate("serang-01", signer=panel.authority, begins=END).write(tmp_path / "panel.crt")
    assert panel.look(END - timedelta(days=27), 10.0 + 3 * LOOK_EVERY_S) == [None]


def test_both_files_are_looked_at(tmp_path: Path) -> None:
    """The authority's end is as bad as the panel's own; one that is over is said to be."""
    panel = Panel(tmp_path)
    make_authority(lives=TEN_YEARS - timedelta(days=1)).write(tmp_path / "ca.crt")
    [detail] = panel.look(END - timedelta(hours=1), 10.0)
    assert detail is not None
    assert f"the certificate {tmp_path}/panel.crt ends on" in detail
    assert f"the certificate {tmp_path}/ca.crt ended on" in detail


def test_it_is_looked_at_once_a_day(tmp_path: Path) -> None:
    """Not before its time after the start, and then not again for a day."""
    panel = Panel(tmp_path)
    assert panel.look(END, 9.9) == []
    assert len(panel.look(END, 10.0)) == 1
    assert panel.watch.next_mono == 10.0 + LOOK_EVERY_S


def test_a_clock_that_is_not_believed_says_nothing(tmp_path: Path) -> None:
    """A battery that died in 2036 would send a technician; it is asked again soon."""
    panel = Panel(tmp_path)
    panel.clock_good = False
    assert panel.look(END, 10.0) == []
    panel.clock_good = True
    assert len(panel.look(END, 10.0 + CLOCK_AGAIN_S)) == 1


def test_without_tls_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    """And never again."""
    panel = Panel(tmp_path, tls=False)
    assert panel.look(END, 10.0) == []
    assert panel.watch.next_mono == float("inf")


def test_a_file_that_is_missing_is_left_to_the_connection(tmp_path: Path) -> None:
    """Which says why it cannot be made; the other file is looked at all the same."""
    panel = Panel(tmp_path)
    (tmp_path / "ca.crt").unlink()
    assert len(panel.look(END, 10.0)) == 1


def test_the_link_looks_without_a_broker(tmp_path: Path) -> None:
    """The real room: an authority that has ended is told although no connection can be made with it."""
    ended = make_authority(begins=BEGAN - TEN_YEARS - timedelta(days=400), lives=TEN_YEARS)
    ended.write(tmp_path / "ca.crt")
    timing = replace(QUICK, certificates_s=0.0)
    with running_office(1, tmp_path, timing=timing, wait=False, tls=True, ca_file=str(tmp_path / "ca.crt")) as room:
        wait_for(lambda: [each.alert for each in room.of(ConditionReported)] == [Alert.CERTIFICATE_ENDING], 20)
