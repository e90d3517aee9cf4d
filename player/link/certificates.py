"""Whether the link's own certificates end soon: looked at some seconds after the start, then once a day.

Knows: which files, what to do about one that ends, and whom to ask (certificate_child.py). Touches: those files, `post`, the
child while it is asked, in a thread of its own. Must not: make the session wait, speak of a certificate while the clock is not
believed, or say the same twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from player.base.certificates import CertificateFault, Lifetime, read_certificates
from player.base.children import ChildDied, ParserChild
from player.base.clocks import Now
from player.base.mqtt.messages import Account
from player.base.strict_json import as_text
from player.core.alerts import Alert, Reporter
from player.core.events import ConditionReported, Event

log = logging.getLogger(__name__)

LOOK_EVERY_S = 86400.0
CLOCK_AGAIN_S = 600.0
"""A clock that is not believed may be set right at any time."""
REMEDY = (
    "make a new file for this panel at the office (sh systemd/office.sh --panel NAME) "
    "and run sh systemd/install.sh --enrol NAME.panel here"
)


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="certificates", daemon=True).start()


class CertificateWatch:
    """The broker session asks it at each of its turns; nearly always it is not time yet.

    begin: has the work done beside the session, within LOOK_EVERY_S.
    """

    def __init__(
        self,
        account: Account,
        post: Callable[[Event], None],
        clock_good: Callable[[], bool],
        first_mono: float,
        begin: Callable[[Callable[[], None]], None] = _in_a_thread,
    ) -> None:
        self._begin = begin
        self._account = account
        self._post = post
        self._clock_good = clock_good
        self._next_mono = first_mono
        self._told: str | None = None

    @property
    def next_mono(self) -> float:
        return self._next_mono

    def look(self, now: Now) -> None:
        if now.mono < self._next_mono:
            return
        if not self._account.tls or not (self._account.ca_file or self._account.cert_file):
            self._next_mono = float("inf")
            return
        good = self._clock_good()
        self._next_mono = now.mono + (LOOK_EVERY_S if good else CLOCK_AGAIN_S)
        if good:
            self._begin(lambda: self._tell(now.wall))

    def _tell(self, wall: datetime) -> None:
        ending = list(self._ending(wall))
        detail = f"{'; '.join(ending)}; {REMEDY}" if ending else None
        if detail != self._told:
            self._told = detail
            self._post(ConditionReported(Reporter.LINK, Alert.CERTIFICATE_ENDING, detail))

    def _ending(self, wall: datetime) -> Iterator[str]:
        for path, lifetime in self._lifetimes():
            if lifetime.is_ending(wall):
                yield _words(path, lifetime, wall)

    def _lifetimes(self) -> Iterator[tuple[str, Lifetime]]:
        with ParserChild.of("player.link.certificate_child") as child:
            for path, authorities in ((self._account.cert_file, False), (self._account.ca_file, True)):
                if not path:
                    continue
                try:
                    yield path, _ask(child, Path(path), authorities)
                except (CertificateFault, ChildDied, OSError, ValueError) as error:
                    log.info("it cannot be said when a certificate ends: %s", error)


def _ask(child: ParserChild, path: Path, authorities: bool) -> Lifetime:
    """Raises CertificateFault; ChildDied, OSError or ValueError where the child does not answer as it should."""
    answer = child.ask({"authorities": authorities}, read_certificates(path))
    if "fault" in answer:
        raise CertificateFault(f"{path}: {as_text(answer['fault'])}")
    begins, ends = (datetime.fromisoformat(as_text(answer.get(each))) for each in ("begins", "ends"))
    return Lifetime(begins, ends)


def _words(path: str, lifetime: Lifetime, wall: datetime) -> str:
    """The same on every day before the end: what is told once need not be told again."""
    if lifetime.is_over(wall):
        return f"the certificate {path} ended on {lifetime.ends:%Y-%m-%d}"
    return f"the certificate {path} ends on {lifetime.ends:%Y-%m-%d}"
