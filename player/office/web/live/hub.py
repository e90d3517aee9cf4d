"""What the console knows of the panels as they are now, and the way to them: asked and told in the event loop only.

Knows: which message means what, since when the broker is gone, how a command goes out and its answers come back. Touches: one
thread with the broker session (broker_thread.py). Must not: block the loop, or keep what known_panels.py does not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from player.base.mqtt.messages import Account, Arrived, Message
from player.base.text import printable
from player.contract.commands import Command, Order, Screenshot
from player.contract.decoding import ReportError, decode_reply
from player.office.answers import FINAL, Answers
from player.office.fleet import A_PANEL, Panel, Presence
from player.office.signing import OfficeError
from player.office.typed_commands import make_id
from player.office.web.live.broker_thread import GONE, BrokerFound, BrokerLost, BrokerThread, Heard, Posted
from player.office.web.live.broker_watch import LinkNews, SilenceJudge, WatchStep, WatchTiming
from player.office.web.live.changes import Change, ChangeKind, Follower, Followers
from player.office.web.live.drawn import DrawnTiles
from player.office.web.live.history import DayHistory
from player.office.web.live.inlet import Inlet
from player.office.web.live.known_panels import REPORT_BYTES, KnownPanels
from player.office.web.live.pictures import EVERY_S, PanelPicture, Pictures
from player.office.web.live.sending import Commands, Sent, arguments_of, messages_for

NO_BROKER = "The settings of this office name no broker (host = ...), so no panel can be seen or commanded."
CONNECTING = "the console is connecting"
SILENT = "the broker does not answer"
WATCH = WatchTiming()
TAKEN_S, EACH_TAKEN_S = 15.0, 0.1
"""The broker has a message within milliseconds, or it is gone; a thousand messages over a slow line take their time."""
SCREENSHOT_BY = "console"


@dataclass(frozen=True, slots=True)
class HubTiming:
    """retry_s: between two tries to connect. look_s: how often it is looked which panels have fallen silent.

    settle_s: so long after the last kept message of a new session, what the broker no longer keeps has been cleared.
    keep_alive_s: a session whose broker is silent for up to twice as long is ended, and another one tried.
    gather_s: so long what comes from the panels waits for more, to be taken together, while nobody looks at a page.
    """

    retry_s: float = 1.0
    look_s: float = 5.0
    settle_s: float = 3.0
    picture_every_s: float = EVERY_S
    keep_alive_s: int = 4
    gather_s: float = 0.1
    watch: WatchTiming = WATCH


TIMING = HubTiming()


def wall_now() -> datetime:
    return datetime.now(UTC)


class Hub:
    """Open inside `async with`. account None: no broker is set up, and the hub says so.

    known: what is known of each panel.
    """

    def __init__(
        self,
        account: Account | None,
        root: str = "panels",
        timing: HubTiming = TIMING,
        wall: Callable[[], datetime] = wall_now,
    ) -> None:
        self._account, self._timing, self._wall = account, timing, wall
        self.root = root
        self.known = KnownPanels(root, lambda: self.moment, self._tell)
        self.connected = False
        self.lost_since: datetime | None = None
        self.why = CONNECTING if account else NO_BROKER
        self.link = LinkNews()
        self._silence = SilenceJudge(timing.watch)
        self.drawn = DrawnTiles()
        self._followers = Followers()
        self._commands = Commands()
        self._pictures = Pictures(self._ask_picture, self._picture_came, time.monotonic, timing.picture_every_s)
        self._posts: dict[int, asyncio.Future[str]] = {}
        self._posted = 0
        self._kept_mono: float | None = None
        self._thread: BrokerThread | None = None
        self._inlet: Inlet[Heard] | None = None
        self._looking: list[asyncio.Task[None]] = []

    # ---- from start to end

    async def __aenter__(self) -> Hub:
        self.lost_since = self._wall()
        self._inlet = Inlet(asyncio.get_running_loop(), self.take)
        if self._account is not None:
            self._start_thread(self._account)
            self._looking = [asyncio.create_task(self._look_again()), asyncio.create_task(self._watch_broker())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._looking:
            task.cancel()
        if self._inlet is not None:
            self._inlet.close()
        if self._thread is not None:
            self._thread.ask_to_stop()
            await asyncio.to_thread(self._thread.join, 2.0)

    def _start_thread(self, account: Account) -> None:
        assert self._inlet is not None
        root = self.root
        topics = (*self.known.fleet.topics, f"{root}/+/reply", f"{root}/+/screenshot")
        timing = self._timing
        self._thread = BrokerThread(
            account, topics, self._inlet.put, timing.retry_s, timing.keep_alive_s, self._gather_s
        )
        self._thread.start()

    def _gather_s(self) -> float:
        """Asked in the connection's thread."""
        return 0.0 if self.link.watched else self._timing.gather_s

    # ---- what pages ask

    @property
    def has_broker(self) -> bool:
        """Whether the settings name one."""
        return self._account is not None

    def panels(self) -> list[Panel]:
        """All panels heard of; those in trouble first."""
        return self.known.fleet.ordered(self.moment)

    def panel(self, name: str) -> Panel | None:
        return self.known.panel(name)

    @property
    def moment(self) -> datetime:
        """As of when the panels are judged: while the broker is gone nobody falls silent, for what is known ends with it."""
        return self._wall() if self.connected or self.lost_since is None else self.lost_since

    def history(self, name: str) -> DayHistory:
        """The last day of a panel, up to this moment."""
        return self.known.history(name, self._wall(), live=self.connected)

    def following(self) -> AbstractContextManager[Follower]:
        """For one open page: what changes from now on."""
        return self._followers.following()

    def changes(self) -> AsyncIterator[Change]:
        """Each change from the first `anext` on; of a caller that is slow each kind waits once for each panel."""
        return self._followers.follow()

    async def send(
        self,
        panels: Sequence[str],
        command: Command | Order,
        by: str,
        *,
        reason: str = "",
        expires_s: float | None = None,
    ) -> Sent:
        """Returns when the broker has it, one message for each panel with the same id. by: the person's name.
        expires_s: nobody obeys later; None: a minute, of what has an end until then.

        Raises OfficeError: no broker, no such panel, or what the panels would refuse. An id "" is made here.
        """
        order, given = (command.order, command.id) if isinstance(command, Command) else (command, "")
        command_id = given or make_id(order.do, arguments_of(order))
        wall = self._wall()
        messages = messages_for(
            self.root, panels, order, command_id=command_id, wall=wall, by=by, reason=reason, expires_s=expires_s
        )
        if not messages:
            raise OfficeError("no panel is chosen")
        if not self.connected or self._thread is None:
            raise OfficeError(GONE)
        sent = Sent(command_id, order.do, tuple(panels), wall)
        self._commands.begin(sent)
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        number = self._post(messages)
        self._posts[number] = waiting
        try:
            refused = await asyncio.wait_for(waiting, TAKEN_S + EACH_TAKEN_S * len(messages))
        except TimeoutError:
            refused = GONE
        finally:
            self._posts.pop(number, None)
        if refused:
            raise OfficeError(refused)
        return sent

    async def answers(self, sent: Sent, within_s: float) -> Answers:
        return await self._commands.answers(sent, within_s)

    def answers_so_far(self, command_id: str) -> Answers | None:
        """None: it was not sent from here, or too long ago."""
        return self._commands.so_far(command_id)

    async def picture(self, name: str, *, large: bool = False) -> bytes | None:
        """The panel's screen as a JPEG; the panel is asked at most once in 30 s, whoever asks. None: it sends none."""
        panel = self.known.panel(name)
        if panel is None:
            return None
        if self.known.presence(panel) is not Presence.ONLINE:
            newest = self._pictures.newest(name)
            return newest.jpeg.data if newest else None
        found = await self._pictures.picture(name, large=large)
        return found.jpeg.data if found else None

    def newest_picture(self, name: str) -> PanelPicture | None:
        return self._pictures.newest(name)

    def want_pictures(self, names: Sequence[str], *, large: bool = False) -> None:
        """These are looked at just now; ChangeKind.PICTURE follows where a new one comes."""
        for name in names:
            panel = self.known.panel(name)
            if panel is not None and panel.state is not None and panel.state.online:
                self._pictures.want(name, large=large)

    # ---- what the thread tells, in the loop

    def take(self, heard: Heard) -> None:
        """Called in the loop with everything that the thread hears."""
        match heard:
            case Arrived():
                self._take_message(heard)
            case BrokerFound():
                self._silence.begin()
                self.known.doubt_alerts()
                self._kept_mono = time.monotonic()
                self._find()
            case BrokerLost(why):
                self._silence.begin()
                self._lose(why)
            case Posted(number, refused):
                waiting = self._posts.pop(number, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(refused)

    def _find(self) -> None:
        self.connected, self.lost_since, self.why = True, None, ""
        self._tell("", ChangeKind.LINK)

    def _lose(self, why: str, silent_s: float = 0.0) -> None:
        said = printable(why)
        if self.connected:
            self.lost_since = self._wall() - timedelta(seconds=silent_s)
        elif said == self.why:
            return
        self.connected, self.why = False, said
        self._tell("", ChangeKind.LINK)

    def _take_message(self, arrived: Arrived) -> None:
        levels = arrived.topic.removeprefix(f"{self.root}/").split("/")
        if len(levels) < 2 or not A_PANEL.fullmatch(levels[0]):
            return
        name, kind, wall = levels[0], levels[1], self._wall()
        match kind:
            case "reply":
                self._take_reply(name, arrived)
            case "screenshot":
                command_id = next((value for key, value in arrived.properties if key == "command"), "")
                self._pictures.take(name, command_id, arrived.payload, wall)
            case "state" if not arrived.payload:
                self._forget(name)
            case "state" | "health" | "now" | "alert":
                if arrived.retained:
                    self._kept_mono = time.monotonic()
                self.known.take(name, ChangeKind(kind), arrived, wall)

    def _take_reply(self, name: str, arrived: Arrived) -> None:
        if len(arrived.payload) > REPORT_BYTES:
            return
        try:
            reply = decode_reply(arrived.payload)
        except ReportError:
            return  # the page says that no answer came
        if reply.stage in FINAL and reply.stage != "done":
            self._pictures.refuse(name, reply.id or "")
        if self._commands.take(name, reply):
            self._tell(name, ChangeKind.REPLY)

    def _forget(self, name: str) -> None:
        self._pictures.forget(name)
        self.drawn.forget(name)
        self.known.forget(name)

    def _tell(self, name: str, what: ChangeKind) -> None:
        if what is ChangeKind.LINK:
            self.link.turn()
        self._followers.tell(Change(name, what))

    # ---- by the clock

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(self._timing.look_s)
            self.look()

    def look(self) -> None:
        """Who has fallen silent, what the broker no longer keeps, and whether the thread lives."""
        self.known.look()
        settled = self._kept_mono is not None and time.monotonic() - self._kept_mono > self._timing.settle_s
        if self.connected and settled:
            self.known.drop_doubted()
        if self._thread is not None and not self._thread.alive and self._account is not None:
            self._lose("a fault in the console (see its log)")
            self._start_thread(self._account)

    def heard_mono(self) -> float | None:
        """When the broker said anything, last; None: there is no session."""
        return self._thread.heard_mono() if self._thread is not None else None

    async def _watch_broker(self) -> None:
        while True:
            await asyncio.sleep(self._timing.watch.look_s)
            heard_mono = self.heard_mono()
            if heard_mono is not None:
                self._mind_silence(heard_mono, time.monotonic())

    def _mind_silence(self, heard_mono: float, mono: float) -> None:
        """The session stays: what a slow broker holds back comes when it goes on; keep_alive_s ends one that is dead."""
        match self._silence.judge(heard_mono, mono, watched=self.link.watched):
            case WatchStep.ASK if self._thread is not None:
                self._thread.ping()
            case WatchStep.SILENT:
                self._lose(SILENT, mono - heard_mono)
            case WatchStep.ANSWERED:
                self._find()

    # ---- to the panels

    def _post(self, messages: tuple[Message, ...]) -> int:
        """The number that `Posted` will carry."""
        assert self._thread is not None
        self._posted += 1
        self._thread.post(self._posted, messages)
        return self._posted

    def _ask_picture(self, name: str, width: int) -> str:
        if not self.connected or self._thread is None:
            return ""
        order = Screenshot(width=width)
        command_id = make_id(order.do, {})
        self._post(
            messages_for(
                self.root, [name], order, command_id=command_id, wall=self._wall(), by=SCREENSHOT_BY, reason=""
            )
        )
        return command_id

    def _picture_came(self, name: str) -> None:
        self._tell(name, ChangeKind.PICTURE)
