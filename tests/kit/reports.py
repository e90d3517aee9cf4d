"""A health report as a panel on a good day sends it, and one of a machine that cannot tell anything."""

from __future__ import annotations

from datetime import UTC, datetime

from player.contract.reports import (
    ContentReport,
    HealthReport,
    LayerReport,
    MachineReport,
    PendingReport,
    PlayerReport,
    PlayerState,
    ScreenReport,
)

AT = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)
REPORT = HealthReport(
    v=1,
    at=AT,
    clock="synced",
    version="0.1.0",
    uptime_s=86400,
    player=PlayerReport(
        state=PlayerState.PLAYING,
        reason="schedule: morning until 09:30",
        playlist="morning",
        item="media/a.mp4",
        position_s=3.24567,
        since=AT,
        changes=8123,
        failures=2,
        quarantined=("media/broken.mp4: decoder died twice",),
        layers=(LayerReport("running", 0, 71303168, confined=True), LayerReport("backoff", 3, None)),
    ),
    screen=ScreenReport(1280, 720, (0, 0, 1280, 720), connected=True, lit=True, moving=True, rotation=0),
    content=ContentReport(
        slot="folder",
        release=17,
        serial=42,
        adopted_at=AT,
        files=31,
        bytes=734003200,
        pending=PendingReport("folder", 1, 3, 1000, 9000, None, "media/c.mp4"),
        problems=("playlist.m3u8 line 7: media/b.mp4 is cut short; copy it again",),
        confined=True,
        digest="5f0c7b6e2f1d4a8c9b3e6d5a4f7081920a1b2c3d4e5f60718293a4b5c6d7e8f9",
    ),
    machine=MachineReport(9.5, 31.0, 81604378624, 51.0, 0.4, 123, 456),
    alerts=("screen.frozen",),
)
UNKNOWN = HealthReport(
    v=1,
    at=AT,
    clock="bad",
    version="0.1.0",
    uptime_s=0,
    player=PlayerReport(PlayerState.IDLE, "no content yet", None, None, None, None, 0, 0, (), ()),
    screen=ScreenReport(None, None, None, None, None, None),
    content=ContentReport(None, None, None, None, 0, 0, None, ()),
    machine=MachineReport(None, None, None, None, None, None, None),
    alerts=(),
)
