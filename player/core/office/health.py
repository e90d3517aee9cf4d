"""The health report, the alerts, and when the office must hear of them.

Knows: the state and the vitals. Touches nothing. Must not: guess; what is not known is None.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from operator import itemgetter
from typing import Any

from player.base.clocks import ClockTrust, Now
from player.base.text import printable
from player.contract.reports import (
    ContentReport,
    HealthReport,
    JournalReport,
    LayerReport,
    MachineReport,
    PendingReport,
    PlayerReport,
    PlayerState,
    ScreenReport,
)
from player.core.alerts import ALERTS, Alert
from player.core.brightness.control import describe, is_black
from player.core.effects import ClearAlert, PublishHealth, RaiseAlert, WriteStatus
from player.core.journal.delivery import is_unsent
from player.core.model import DroppedItem
from player.core.picture.check import NATURAL_S
from player.core.playing.scene import pick_release, zone_of
from player.core.playing.ticker import told
from player.core.state import SceneKind, State
from player.core.turn import Turn

HEALTH_AT_MOST_EVERY_S = 1.0
STATUS_EVERY_S = 10.0
RESTARTED_ALERT_S = 600.0
PROBLEMS_IN_REPORT = 50
"""A folder with 10,000 bad files must not make a report that no broker takes."""


def build_report(s: State, now: Now) -> HealthReport:
    """The report as of this moment (mqtt.md, "Health", schema version 1)."""
    return HealthReport(
        v=1, at=now.wall, clock=s.machine.trust.value, version=s.rules.version, uptime_s=int(now.mono - s.run.started_mono),
        player=_player(s, now), screen=_screen(s), content=_content(s, now), machine=_machine(s),
        alerts=tuple(sorted(s.office.alerts)), groups=s.rules.groups,
    )  # fmt: skip


def _player(s: State, now: Now) -> PlayerReport:
    playing, scene = s.playing, s.playing.scene
    play = playing.current
    shown = play if play is not None and playing.card is None else None
    position_s = None
    if shown is not None and shown.started_mono is not None:
        position_s = shown.position_s
        if position_s is None and shown.ends_mono is not None:
            position_s = round((shown.held_mono or now.mono) - shown.started_mono, 1)
    return PlayerReport(
        state=player_state(s), reason=_reason(s), playlist=scene.playlist if scene else None,
        item=shown.item.told_as if shown else None, position_s=position_s,
        since=playing.now_report.since if playing.now_report else None, changes=playing.changes, failures=playing.failed,
        quarantined=_skipped(s),
        ticker=told(s),
        layers=tuple(LayerReport(d.phase.value, d.restarts, d.memory_bytes, d.confined) for d in s.decoders),
    )  # fmt: skip


def _skipped(s: State) -> tuple[str, ...]:
    found = s.playing.quarantined
    told = [f"{failure.path}: {failure.why}" for failure in islice(found.values(), PROBLEMS_IN_REPORT)]
    more = len(found) - len(told)
    return (*told, f"and {more} more") if more else tuple(told)


def _reason(s: State) -> str:
    return s.playing.scene.reason if s.playing.scene else s.stage.why_not


def player_state(s: State) -> PlayerState:
    scene = s.playing.scene
    if scene is None or s.stage.opened is None:
        return PlayerState.IDLE
    paused = s.playing.paused_until_mono is not None and scene.kind is SceneKind.PLAY
    return PlayerState.PAUSED if paused else PlayerState(scene.state)


def _screen(s: State) -> ScreenReport:
    sample, stage = s.picture.sample, s.stage.opened
    return ScreenReport(
        width=stage.width if stage else None, height=stage.height if stage else None,
        region=stage.region if stage else None, connected=sample.connected if sample and stage else None,
        lit=False if is_black(s) and sample else sample.lit if sample else None, moving=sample.moving if sample else None,
        brightness=describe(s).percent, rotation=s.rules.rotation,
    )  # fmt: skip


def _content(s: State, now: Now) -> ContentReport:
    release, _ = pick_release(Turn(s, now))
    progress = next(iter(s.content.progress.values()), None)
    pending = None
    if progress is not None:
        pending = PendingReport(
            progress.source.value, progress.files_done, progress.files_total, progress.bytes_done, progress.bytes_total,
            progress.seconds_left, progress.waiting_for,
        )  # fmt: skip
    problems = [str(problem) for source in sorted(s.content.problems) for problem in s.content.problems[source]]
    problems += [_taken_down(dropped) for dropped in s.saved.dropped]
    if len(problems) > PROBLEMS_IN_REPORT:
        problems[PROBLEMS_IN_REPORT:] = [
            f"and {len(problems) - PROBLEMS_IN_REPORT} more; see `panel-player check FOLDER`"
        ]
    return ContentReport(
        slot=release.source.value if release else None, release=release.number if release else None,
        serial=release.serial if release else None, adopted_at=release.adopted_at if release else None,
        files=release.files if release else 0, bytes=release.size_bytes if release else 0, pending=pending,
        problems=tuple(problems), confined=s.content.confined, digest=(release.digest or None) if release else None,
    )  # fmt: skip


def _taken_down(dropped: DroppedItem) -> str:
    who = f" by {printable(dropped.by)}" if dropped.by else ""
    return f"{printable(dropped.path)}: taken down{who} (drop); it plays again with the next release that lists it"


def _machine(s: State) -> MachineReport:
    v = s.machine.vitals
    return MachineReport(
        v.cpu_percent, v.memory_percent, v.disk_free_bytes, v.temperature_c, v.load_1m, v.received_bytes, v.sent_bytes
    )


# ---- alerts


def wanted_alerts(s: State, now: Now) -> dict[Alert, str]:
    """Every alert that stands now, with what to do about it: derived from the newest facts, whatever their order was."""
    alerts: dict[Alert, str] = {}
    for (_, alert), detail in sorted(s.machine.conditions.items()):
        alerts[alert] = f"{alerts[alert]}; {detail}" if alert in alerts else detail
    if s.stage.opened is None and s.stage.lost is not None:
        alerts[Alert.SCREEN_DISCONNECTED] = f"{s.stage.lost}; look at panel-display.service"
    elif s.stage.opened is not None and s.picture.sample is not None and s.picture.sample.connected is False:
        alerts[Alert.SCREEN_DISCONNECTED] = "no screen is connected; look at cable and sender card"
    if s.stage.opened is not None and s.picture.black:
        alerts[Alert.SCREEN_BLACK] = _black_words(s)
    if s.stage.opened is not None and s.picture.frozen:
        alerts[Alert.SCREEN_FROZEN] = "the picture stands still although a film plays; it is being repaired"
    quarantined = s.playing.quarantined
    if quarantined:
        names = ", ".join(f"{f.path} ({f.why})" for f in islice(quarantined.values(), 5))
        more = f" and {len(quarantined) - 5} more" if len(quarantined) > 5 else ""
        remedy = "export the file again (H.264, MP4) and replace it, or send rescan"
        if all(failure.until_mono is not None for failure in quarantined.values()):
            remedy = "it is tried again by itself within hours, or send rescan"  # a stream, or a busy machine
        alerts[Alert.ITEM_QUARANTINED] = f"{names}{more}: {remedy}"
    stutters = list(s.playing.stutters.values())
    if stutters:
        alerts[Alert.ITEM_STUTTERS] = f"{_named(stutters)}: make it light with panel-office prepare"
    heavy = [path for release in s.content.releases.values() for path in release.heavy]
    if heavy and not s.rules.hardware:
        alerts[Alert.ITEM_TOO_HEAVY] = (
            f"{_named(heavy)}: this computer cannot decode it in time; make it light with panel-office prepare"
        )
    if s.playing.lost:
        files = _named(sorted(lost.path for lost in s.playing.lost.values()))
        found = f"{files}: the panel's own copy has gone; it is copied anew; look at the disk"
        reported = alerts.get(Alert.LIBRARY_FAILING)
        alerts[Alert.LIBRARY_FAILING] = f"{reported}; {found}" if reported else found
    if any(decoder.failing for decoder in s.decoders):
        alerts[Alert.LAYER_FAILING] = "a decoder process ends again and again; look at the log, send restart-player"
    if any(release.rolled_back for release in s.content.releases.values()):
        alerts[Alert.CONTENT_ROLLED_BACK] = "the newest content is not played; change the folder, or send rescan"
    if is_stale(s, now):
        days = s.rules.stale_s / 86400
        alerts[Alert.CONTENT_STALE] = (
            f"nothing in the folder has changed for {days:g} days; look at the sync tool on both sides"
        )
    if s.machine.trust is ClockTrust.BAD:
        alerts[Alert.CLOCK_UNTRUSTED] = s.machine.clock_why
    if is_unsent(s, now) and s.journal.kept is not None and (oldest := s.journal.kept.oldest) is not None:
        since = oldest.astimezone(zone_of(s) or oldest.tzinfo)
        alerts[Alert.JOURNAL_UNSENT] = (
            f"the office has not acknowledged records since {since:%Y-%m-%d}; "
            "run panel-office collect there, and let this panel write its topic played"
        )
    if s.run.after_crash and now.mono - s.run.started_mono < RESTARTED_ALERT_S:
        alerts[Alert.DAEMON_RESTARTED] = "the daemon did not end cleanly before this start; look at the log"
    return alerts


def _named(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _black_words(s: State) -> str:
    play = s.playing.current
    if s.picture.natural and play is not None:
        what = f"nothing but black for {NATURAL_S / 60:.0f} minutes; {play.item.told_as} is black by itself"
        return f"{what}; take it out of the playlist, or plan the dark ([[dark]] in schedule.toml)"
    return "the screen is black although something plays; it is being repaired; if it stays, look at the item and the cable"


def is_stale(s: State, now: Now) -> bool:
    """Whether nothing has come for content.stale_days. A clock that is not believed cannot tell."""
    if not s.rules.stale_s or s.content.touched_at is None or s.machine.trust is ClockTrust.BAD:
        return False
    return (now.wall - s.content.touched_at).total_seconds() >= s.rules.stale_s


def settle_alerts(t: Turn) -> None:
    """Raises and clears what changed, each once; told again only when it names other files than before."""
    wanted = wanted_alerts(t.s, t.now)
    news = {
        a for a in wanted.keys() & t.office.alerts.keys() if ALERTS[a].names_files and wanted[a] != t.office.alerts[a]
    }
    for alert in sorted((wanted.keys() - t.office.alerts.keys()) | news):
        t.ask(RaiseAlert(alert, wanted[alert]))
        t.note(f"alert {alert}: {wanted[alert]}", "warning")
    for alert in sorted(t.office.alerts.keys() - wanted.keys()):
        t.ask(ClearAlert(alert))
        t.note(f"alert {alert} is over")
    if wanted != t.office.alerts:
        t.office = replace(t.office, alerts=wanted)


# ---- when to say it


_source_of = itemgetter(0)


def _matters(s: State) -> tuple[Any, ...]:
    """What must reach the office within a second when it changes; the item alone goes out as `now`."""
    sample = s.picture.sample
    return (
        player_state(s), _reason(s), tuple(sorted(s.office.alerts)), s.stage.opened, s.machine.trust,
        tuple((decoder.restarts, decoder.failing) for decoder in s.decoders), sample and (sample.connected, sample.lit),
        tuple(sorted((source, r.number, r.digest) for source, r in s.content.releases.items())),
        tuple(sorted(s.content.problems.items(), key=_source_of)),
        tuple(sorted(s.content.progress)), s.playing.quarantined, s.saved.dropped, s.office.connected, s.ticker.shown,
        describe(s).percent,
    )  # fmt: skip


def settle_reports(t: Turn) -> None:
    """Publishes health when it is due, and writes the status for `panel-player status`."""
    s, mono = t.s, t.now.mono
    matters = _matters(s)
    changed = matters != s.office.reported
    last = s.office.reported_mono
    soon_s = HEALTH_AT_MOST_EVERY_S if changed else s.rules.health_s
    due = last is None or mono >= last + soon_s
    if due:
        report = build_report(s, t.now)
        t.ask(PublishHealth(report), _status(s, report))
        t.office = replace(t.office, reported=matters, reported_mono=mono, status_mono=mono)
    elif s.office.status_mono is None or mono >= s.office.status_mono + STATUS_EVERY_S:
        t.ask(_status(s, build_report(s, t.now)))
        t.office = replace(t.office, status_mono=mono)


def _status(s: State, report: HealthReport) -> WriteStatus:
    kept = s.journal.kept
    journal = None if kept is None else JournalReport(kept.records, kept.acknowledged, kept.oldest)
    return WriteStatus(report, describe(s), journal)


def wake_mono(s: State) -> list[float]:
    """When the next report is due at the latest."""
    if s.office.reported_mono is None or s.office.status_mono is None:
        return [s.run.started_mono]
    soon = s.office.reported_mono + (HEALTH_AT_MOST_EVERY_S if _matters(s) != s.office.reported else s.rules.health_s)
    return [soon, s.office.status_mono + STATUS_EVERY_S]
