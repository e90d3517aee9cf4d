"""`python -m tests.soak --minutes 60 --changes 5000 --out FOLDER`: the real daemon, real faults, the real server.

Exit status: 0 nothing black and enough changes; 1 something black was seen; 2 too few changes; 3 the soak itself broke.
Everything it starts (an X server, a broker, the daemon) is its own, and is ended by it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

import psutil

from tests.kit.broker import Broker, running_broker
from tests.kit.layers import LAYER, ZYGOTE
from tests.kit.listener import Listener
from tests.kit.supervised import Supervised
from tests.kit.tree import cpu_of_tree_s, measure, tree_of, words_of
from tests.kit.waiting import wait_for
from tests.kit.xcount import Counter
from tests.kit.xvfb import running_xvfb
from tests.soak import report
from tests.soak.content import Content
from tests.soak.faults import PANEL, Faults
from tests.soak.report import Sample
from tests.soak.watcher import Watcher

SAMPLE_S = 5.0
FIRST_PICTURE_S = 60.0
LATE_FROM = 0.7
"""The daemon itself is killed only in the last part of the run, so that the first part shows a long life of it."""
CALM_S = 10.0
"""At the end nothing is thrown any more: what is left over then is left over for good."""
CONFIG = """
[panel]
name = "{panel}"
state_folder = "{folder}/state"
[content]
folder = "{folder}/content"
settle_seconds = 0.5
[screen]
display = "{display}"
[office]
host = "127.0.0.1"
port = {port}
tls = false
health_seconds = 10
commands_per_minute = 600
[usb]
mount_root = "{folder}/sticks"
"""


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


class Soak:
    """One run. `run` returns the exit status."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._out: Path = options.out
        self._samples: list[Sample] = []
        self._chance = random.Random(options.seed)
        self._cpu = (0, 0.0, 0.0)

    def run(self) -> int:
        self._out.mkdir(parents=True, exist_ok=True)
        say(f"seed {self._options.seed}, {self._options.minutes} minutes, result in {self._out}")
        with contextlib.ExitStack() as stack:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panel-soak-")))
            for name in ("state", "spare", "sticks"):
                (work / name).mkdir()
            content = Content(work / "content", work / "spare", self._chance)
            content.make(say)
            display = stack.enter_context(running_xvfb(options=("-background", "none")))
            broker = stack.enter_context(running_broker())
            self._config = work / "config.toml"
            self._config.write_text(CONFIG.format(panel=PANEL, folder=work, display=display, port=broker.port))
            watcher = stack.enter_context(Watcher(display))
            counter = stack.enter_context(Counter(display))
            words = [sys.executable, "-m", "player.start", "--config", str(self._config)]
            daemon = stack.enter_context(Supervised(words, self._out / "daemon.log"))
            wait_for(lambda: watcher.lit, FIRST_PICTURE_S, "the first picture")
            say(f"first picture after {watcher.seconds():.1f} s on display {display}")
            return self._play(stack, watcher, counter, daemon, content, broker)

    def _play(
        self, stack: contextlib.ExitStack, watcher: Watcher, counter: Counter, daemon: Supervised, content: Content,
        broker: Broker,
    ) -> int:  # fmt: skip
        office = stack.enter_context(Listener(broker.port))
        faults = Faults(self._chance, daemon, content, counter, broker, office, watcher.began_mono)
        end_s = watcher.seconds() + self._options.minutes * 60
        why = ""
        try:
            why = self._loop(end_s, watcher, counter, daemon, office, faults)
        except SystemExit:
            why = "ended from outside"
        except Exception as error:  # noqa: BLE001 - an hour of numbers is not thrown away for a fault of the soak itself
            traceback.print_exc()
            why = f"the soak itself broke: {type(error).__name__}: {error}"
        watcher.__exit__()
        return self._finish(watcher, faults, daemon, why)

    def _loop(
        self, end_s: float, watcher: Watcher, counter: Counter, daemon: Supervised, office: Listener, faults: Faults
    ) -> str:
        """Returns why it ended early, or nothing."""
        begin_s, length_s = watcher.seconds(), end_s - watcher.seconds()
        fault_s, sample_s, told_s = begin_s + 5 if self._options.gap else end_s, begin_s, begin_s
        while (now_s := watcher.seconds()) < end_s:
            if watcher.failure:
                return f"the watcher ended: {watcher.failure}"
            if now_s >= sample_s:
                sample_s = now_s + SAMPLE_S
                self._sample(now_s, watcher, counter, daemon)
                office.heard.clear()
            if now_s >= fault_s and now_s < end_s - CALM_S:
                faults.throw(late=now_s > begin_s + length_s * LATE_FROM)
                fault_s = watcher.seconds() + min(60.0, self._chance.expovariate(1 / self._options.gap))
            if now_s >= told_s:
                told_s = now_s + min(60.0, length_s / 8)
                self._tell(now_s - begin_s, watcher, faults, daemon)
            time.sleep(max(0.01, min(fault_s, sample_s, told_s, end_s) - watcher.seconds()))
        self._sample(watcher.seconds(), watcher, counter, daemon)
        return ""

    def _tell(self, now_s: float, watcher: Watcher, faults: Faults, daemon: Supervised) -> None:
        last = self._samples[-1] if self._samples else None
        memory = f"{(last.daemon_pss + last.layers_pss) / 1e6:.0f} MB" if last else "-"
        say(
            f"{now_s / 60:.1f} min: {watcher.changes} changes, {len(faults.thrown)} faults, {daemon.starts} starts, "
            f"black {len(watcher.blacks)} times ({watcher.black_s():.2f} s), PSS {memory}, "
            f"{watcher.looks / watcher.seconds():.0f} looks a second"
        )

    def _sample(self, at_s: float, watcher: Watcher, counter: Counter, daemon: Supervised) -> None:
        """Nothing is noted while the daemon is between two lives."""
        pid = daemon.pid
        if pid is None:
            return
        rest = [p for p in tree_of(pid) if p != pid]
        layers = [p for p in rest if LAYER in words_of(p)]
        zygotes = [p for p in rest if ZYGOTE in words_of(p)]  # its memory is the decoders', too
        one, two = measure([pid]), measure(layers + zygotes)
        other = measure([p for p in rest if p not in layers + zygotes])
        cpu_s, (before_pid, before_at, before_s) = cpu_of_tree_s(pid), self._cpu
        self._cpu = (pid, at_s, cpu_s)
        if not one.processes or len(layers) < 1:
            return
        busy = 100 * (cpu_s - before_s) / (at_s - before_at) if before_pid == pid and at_s > before_at else 0.0
        kept = counter.count()
        self._samples.append(Sample(
            round(at_s, 1), daemon.starts, one.pss_bytes, two.pss_bytes, one.rss_bytes + two.rss_bytes + other.rss_bytes,
            1 + len(rest), one.threads, two.threads, one.files, two.files, round(max(0.0, busy), 1), kept.clients,
            kept.resources, kept.pixmap_bytes, kept.windows, watcher.changes,
        ))  # fmt: skip

    def _finish(self, watcher: Watcher, faults: Faults, daemon: Supervised, why: str) -> int:
        blacks, thrown, seconds = watcher.blacks, faults.thrown, watcher.seconds()
        black_s = sum(black.held_s for black in blacks)
        title = (
            f"panel-player soak: {seconds / 60:.0f} min, {watcher.changes} changes, {len(thrown)} faults, "
            f"{len(blacks)} black pictures"
        )
        lines = [
            f"# {title}", "",
            f"Seed {self._options.seed}; {os.cpu_count()} cores; ended {time.strftime('%Y-%m-%d %H:%M %Z')}.", "",
            f"- black pictures: **{len(blacks)}**, together {black_s:.3f} s ({black_s * 60:.0f} frames at 60 Hz)",
            report.describe_lates(watcher.changes, watcher.lates, thrown),
            *report.describe_holds(watcher.holds, thrown),
            f"- looks at the screen: {watcher.looks}, {watcher.looks / seconds:.0f} a second; blind for more than 0.1 s: "
            f"{watcher.blind_s:.1f} s in all, {watcher.longest_blind_s:.2f} s at most",
            f"- starts of the daemon: {daemon.starts}; exit statuses {sorted(set(daemon.ends))}", "",
            *report.table_of_slopes(self._samples), "", *report.table_of_faults(thrown), "",
        ]  # fmt: skip
        if blacks:
            lines += [*report.table_of_blacks(blacks[:100], thrown), ""]
        if faults.troubles:
            lines += ["Faults that could not be thrown:", "", *(f"- {trouble}" for trouble in faults.troubles), ""]
        if why:
            lines += [f"**Cut short: {why}**", ""]
        (self._out / "summary.md").write_text("\n".join(lines))
        report.write_csv(self._out / "samples.csv", self._samples)
        report.write_csv(self._out / "faults.csv", thrown)
        report.write_csv(self._out / "blacks.csv", blacks)
        report.write_csv(self._out / "holds.csv", watcher.holds)
        report.write_csv(self._out / "lates.csv", watcher.lates)
        report.draw_plot(self._out / "plot.png", self._samples, thrown, blacks, title)
        say(f"{title}; {self._out / 'summary.md'}")
        if why:
            return 3
        return 1 if blacks else 2 if watcher.changes < self._options.changes else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--changes", type=int, default=0, help="fewer than these are a failure")
    parser.add_argument("--gap", type=float, default=9, help="seconds between two faults, on average; 0: no faults")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--out", type=Path, required=True)

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    status = Soak(parser.parse_args()).run()
    left = [child.pid for child in psutil.Process().children(recursive=True)]
    if left:
        say(f"still there after the end: {left}")
    return status


if __name__ == "__main__":
    sys.exit(main())
