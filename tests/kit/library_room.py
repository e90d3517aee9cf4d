"""A library's room for tests: real folders and files, its events collected, waited for by condition."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from player.base.clocks import ClockTrust
from player.core.events import ConditionReported, Event, ProblemsFound, ReleaseAdopted
from player.core.model import Problem, Release
from player.library.folder.patience import PATIENCE, Patience
from player.library.room import ROOM_TIMES, Library, RoomTimes
from player.settings.models import ContentSection, PanelSection, TrustSection
from tests.kit.waiting import LEAST_S

E = TypeVar("E")


class Room:
    """`with Room(tmp_path) as room:`; the folder is room.folder, the state folder survives for another Room."""

    def __init__(
        self,
        root: Path,
        *,
        trust: TrustSection | None = None,
        folder: Path | None = None,
        patience: Patience = PATIENCE,
        times: RoomTimes = ROOM_TIMES,
        **content: object,
    ) -> None:
        self.folder = folder or root / "content"
        self.folder.mkdir(exist_ok=True)
        self.state = root / "state"
        self.state.mkdir(exist_ok=True)
        self.trust_of_clock = ClockTrust.SYNCED
        self.events: list[tuple[float, Event]] = []
        self._news = threading.Condition()
        settings: dict[str, Any] = {"folder": self.folder, "settle_seconds": 0.5, **content}
        self.library = Library(
            ContentSection(**settings),
            trust or TrustSection(),
            PanelSection(name="serang-01", timezone="Asia/Jakarta", state_folder=self.state),
            lambda: (datetime.now(UTC), self.trust_of_clock),
            self._post,
            patience=patience,
            times=times,
        )

    def __enter__(self) -> Self:
        self.library.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.library.__exit__(kind, error, trace)

    def _post(self, event: Event) -> None:
        with self._news:
            self.events.append((time.monotonic(), event))
            self._news.notify_all()

    def all(self, kind: type[E]) -> list[E]:
        with self._news:
            return [event for _, event in self.events if isinstance(event, kind)]

    def wait(self, what: Callable[[], object], within_s: float = 20.0) -> None:
        within_s = max(within_s, LEAST_S)
        deadline = time.monotonic() + within_s
        with self._news:
            while not what():
                rest = deadline - time.monotonic()
                assert rest > 0, f"not within {within_s} s; told: {[event for _, event in self.events]}"
                self._news.wait(min(rest, 0.2))

    # ---- what was told last

    @property
    def release(self) -> Release | None:
        adopted = self.all(ReleaseAdopted)
        return adopted[-1].release if adopted else None

    def playing(self, playlist: str = "default") -> list[str]:
        """The paths of the playlist that the last release holds."""
        found = self.release.playlist(playlist) if self.release else None
        return [item.path for item in found.items] if found else []

    @property
    def problems(self) -> tuple[Problem, ...]:
        found = self.all(ProblemsFound)
        return found[-1].problems if found else ()

    def condition(self, alert: str) -> str | None:
        return next((c.detail for c in reversed(self.all(ConditionReported)) if c.alert == alert), None)

    def wait_for(self, *paths: str, playlist: str = "default", within_s: float = 60.0) -> None:
        self.wait(lambda: self.playing(playlist) == list(paths), within_s)
