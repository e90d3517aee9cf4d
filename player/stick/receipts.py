"""What a stick takes home: the receipt of what this panel did with it, and records of what the panel showed.

Knows: what belongs into a receipt, and who can write it. Touches: the stick's receipts folder, the out-tray and the
health report in the state folder. Must not: tell a stick without a verified signature how the panel is, or what it showed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from player.base.clocks import ClockTrust
from player.base.zones import panel_zone
from player.bundle.manifest import BUNDLE_NAME, Manifest
from player.bundle.receipt import Receipt, leave_receipt, leave_records, post_receipt, wants_receipt
from player.bundle.stick_records import STICK_BYTES, StickBatch
from player.settings.models import PanelSection
from player.stick.plugged import Stick

log = logging.getLogger(__name__)

STATUS_LIMIT_BYTES = 64 * 1024


class Receipts:
    """Made for one panel. status_file: the daemon's last health report. batches: unsent records, so many bytes at most."""

    def __init__(
        self,
        panel: PanelSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        status_file: Path,
        batches: Callable[[int], Sequence[StickBatch]] = lambda most_bytes: (),
    ) -> None:
        self._panel = panel
        self._batches = batches
        self._clock = clock
        self._status_file = status_file

    def make(self, stick: Stick, result: str, manifest: Manifest | None) -> Receipt:
        """Without a verified manifest it holds no health report: the stick is a stranger's."""
        wall, clock = self._clock()
        zone = panel_zone(self._panel.timezone)
        plain = Receipt(
            self._panel.name, wall.replace(microsecond=0).astimezone(zone), clock.value, result,
            stick_label=stick.label, stick_serial=stick.serial, timezone=getattr(zone, "key", None) or "",
            language=self._panel.language,
        )  # fmt: skip
        if manifest is None:
            return plain
        return replace(
            plain, serial=manifest.serial, created=manifest.created, key=manifest.key, files=len(manifest.files),
            size_bytes=manifest.size_bytes, health=self._health() if manifest.key else None,
        )  # fmt: skip

    def leave(self, stick: Stick, receipt: Receipt) -> None:
        """On the stick, when it asks for receipts; written by the receipt writer's service when it is read-only here.

        Records of what was shown go along, but only on a stick whose signature was verified.
        """
        bundle = stick.root / BUNDLE_NAME
        place = leave_receipt(bundle, receipt)
        if place is not None:
            log.info("%s: receipt %s left", stick, place.name)
            if batches := self._records_for(receipt):
                log.info("%s: %d batches of records left", stick, leave_records(bundle, receipt.panel, batches))
        elif stick.device is not None and wants_receipt(bundle):
            # Mounted read-only, as it should be: a service of the system with the right to remount writes it.
            post_receipt(self._panel.state_folder, stick.device, receipt, self._records_for(receipt))

    def _records_for(self, receipt: Receipt) -> Sequence[StickBatch]:
        return self._batches(STICK_BYTES) if receipt.key else ()

    def _health(self) -> dict[str, Any] | None:
        try:
            raw = self._status_file.read_bytes()
            table = json.loads(raw) if len(raw) <= STATUS_LIMIT_BYTES else None
        except (OSError, ValueError):
            return None
        return table if isinstance(table, dict) else None
