"""The alerts: every lasting condition that the office is told of, with its meaning and its remedy.

Knows: the table, one row for each alert. Touches nothing. Must not: decide when one is raised (office/health.py does).

To add an alert: a member, its row, and what raises it: a line in `wanted_alerts` (office/health.py), or a room that posts
`ConditionReported`. mypy refuses an id that is no member; a test refuses one without a row or that nothing raises. The
manuals, the AsyncAPI document and Home Assistant's entities are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Alert(StrEnum):
    """The fixed ids: part of the contract with the office, so an id never changes."""

    SCREEN_FROZEN = "screen.frozen"
    SCREEN_BLACK = "screen.black"
    SCREEN_DISCONNECTED = "screen.disconnected"
    LAYER_FAILING = "layer.failing"
    ITEM_QUARANTINED = "item.quarantined"
    ITEM_TOO_HEAVY = "item.too-heavy"
    ITEM_STUTTERS = "item.stutters"
    CONTENT_REJECTED = "content.rejected"
    CONTENT_INCOMPLETE = "content.incomplete"
    CONTENT_STALE = "content.stale"
    CONTENT_ROLLED_BACK = "content.rolled-back"
    STICK_REJECTED = "stick.rejected"
    DISK_LOW = "disk.low"
    DISK_READ_ONLY = "disk.read-only"
    MEMORY_HIGH = "memory.high"
    TEMPERATURE_HIGH = "temperature.high"
    CLOCK_UNTRUSTED = "clock.untrusted"
    DAEMON_RESTARTED = "daemon.restarted"
    CONFIG_BAD = "config.bad"
    LIBRARY_FAILING = "library.failing"
    JOURNAL_FAILING = "journal.failing"
    JOURNAL_UNSENT = "journal.unsent"
    CERTIFICATE_ENDING = "certificate.ending"


class Reporter(StrEnum):
    """Who reports conditions: rooms, and the reading of the settings.

    Two of them may report the same alert: it stands until both say that it is over.
    """

    JOURNAL = "journal"
    LIBRARY = "library"
    LINK = "link"
    MACHINE = "machine"
    SETTINGS = "settings"
    STICK = "stick"


@dataclass(frozen=True, slots=True)
class AlertRow:
    """meaning: what it means. remedy: what to do. Both in Markdown, for the manuals.

    names_files: the detail names files, so a detail that changes is told again: an old name would send the operator
    after the wrong file.
    """

    meaning: str
    remedy: str
    names_files: bool = False


ALERTS: dict[Alert, AlertRow] = {
    Alert.SCREEN_FROZEN: AlertRow(
        "the picture stands still although a film plays",
        "send `next`; if it comes back, send `restart-player`; look at the panel",
    ),
    Alert.SCREEN_BLACK: AlertRow(
        "the screen is black and should not be",
        "send `restart-player`; look at the graphics output and the sender card",
    ),
    Alert.SCREEN_DISCONNECTED: AlertRow(
        "the X server is gone, or no screen is connected",
        "check the cable and `systemctl status panel-display`",
    ),
    Alert.LAYER_FAILING: AlertRow(
        "a decoder process ends again and again",
        "send `logs`, then `restart-player`; take out the newest film",
    ),
    Alert.ITEM_QUARANTINED: AlertRow(
        "a file made the player fail twice and is skipped",
        "export it again (H.264, MP4) and replace it, or send `rescan`",
        names_files=True,
    ),
    Alert.ITEM_TOO_HEAVY: AlertRow(
        "a film needs more of this computer than it has: it plays, and not smoothly",
        "make it light with `panel-office prepare FILE` and replace it",
        names_files=True,
    ),
    Alert.ITEM_STUTTERS: AlertRow(
        "more than 2 of 100 pictures of a film are lost, counted over its last minutes and plays",
        "make it light with `panel-office prepare FILE` and replace it; if every film stutters, look at `cpu_percent`",
        names_files=True,
    ),
    Alert.CONTENT_REJECTED: AlertRow(
        "something in the folder is refused, or a playlist or the schedule cannot be read",
        "`panel-player check FOLDER` says which file and why",
        names_files=True,
    ),
    Alert.CONTENT_INCOMPLETE: AlertRow(
        "the folder names files that are not there yet, is not there itself, or its share does not answer",
        "wait for the sync, or copy the missing files; check the share",
        names_files=True,
    ),
    Alert.CONTENT_STALE: AlertRow(
        "nothing new has come for a long time",
        "look at the sync tool on both sides",
    ),
    Alert.CONTENT_ROLLED_BACK: AlertRow(
        "the newest content failed again and again; the content before it plays",
        "correct the folder, then send `rescan`",
    ),
    Alert.STICK_REJECTED: AlertRow(
        "a stick was refused; the number says why",
        "look the number up in [the technician's table](technician.md#the-numbers)",
        names_files=True,
    ),
    Alert.DISK_LOW: AlertRow(
        "little disk space is left",
        "remove films that nobody needs, or lower `content.keep_releases`",
    ),
    Alert.DISK_READ_ONLY: AlertRow(
        "the disk takes no writes any more",
        "send `reboot`; if it comes back, the disk is dying: replace it",
    ),
    Alert.MEMORY_HIGH: AlertRow(
        "the memory is nearly full",
        "send `restart-player`; look for other programs",
    ),
    Alert.TEMPERATURE_HIGH: AlertRow(
        "the machine is too hot",
        "clean the fan and the filters; look at the sun on the box",
    ),
    Alert.CLOCK_UNTRUSTED: AlertRow(
        "the clock cannot be right, so timed rules are not obeyed",
        "connect a network with a time server, or set the clock; change its battery",
    ),
    Alert.DAEMON_RESTARTED: AlertRow(
        "the player did not end cleanly before this start",
        "once: nothing; often: send `logs`",
    ),
    Alert.CONFIG_BAD: AlertRow(
        "the settings file is broken; the last good one is used",
        "run `panel-player check` on the panel",
    ),
    Alert.LIBRARY_FAILING: AlertRow(
        "a part of the panel that keeps the content ended or lost a file; what is there plays on",
        "wait some minutes: the panel repairs it by itself; if it stays, send `logs`, then `restart-player`",
    ),
    Alert.JOURNAL_FAILING: AlertRow(
        "records of what is shown cannot be written",
        "look at the disk: free room on it, or replace it; the picture goes on",
    ),
    Alert.JOURNAL_UNSENT: AlertRow(
        "records wait for more than three days although the office is connected",
        "run `panel-office collect` at the office, and let the broker's account of the panel write `played`",
    ),
    Alert.CERTIFICATE_ENDING: AlertRow(
        "a certificate with which the panel reaches the broker ends within a month, or has ended",
        "make a new file for the panel at the office (`sh systemd/office.sh --panel NAME`) and run "
        "`sh systemd/install.sh --enrol NAME.panel` on the panel",
    ),
}
