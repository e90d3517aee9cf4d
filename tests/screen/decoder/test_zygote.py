"""Decoders that are forked: as those that are started by themselves, and these come when the zygote does not answer."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from player.core.effects import KillDecoder
from player.core.events import DecoderExited
from player.screen.decoder.early import (
    decoder_command,
    decoder_options,
    spawn,
    start_early_decoder,
    start_zygote,
)
from player.screen.decoder.forking import DecoderChild, ForkedDecoder, Zygote
from player.settings.models import ScreenSection
from tests.kit.captor import Captor
from tests.kit.clips import make_clip
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.programs import frozen
from tests.kit.rig import Rig, item_of
from tests.kit.tree import tree_of, words_of
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]
NEVER_S = 3600.0
A_WINDOW = 1


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    """One that has loaded, and is not followed by another."""
    one = start_zygote(rest_s=NEVER_S)
    wait_for(one.has_loaded, 60)
    yield one
    one.close()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("films")
    return [make_clip(folder / "a.mp4"), make_clip(folder / "b.mp4")]


def command(display: str) -> list[str]:
    """Of a decoder that is soon ready: it looks at its window only for a film."""
    return decoder_command(decoder_options(ScreenSection(display=display), "x11", A_WINDOW, 640, 360))


def pids_of(rig: Rig) -> set[int]:
    """Of the decoders that are there at this moment."""
    found = set()
    for layer in (0, 1):
        with contextlib.suppress(KeyError):
            found.add(rig.layer_pid(layer))
    return found


def is_forked(pid: int, zygote: Zygote) -> bool:
    """Whether Python lies in memory where it lies in the zygote: by chance that does not happen."""
    return heap_of(pid) == heap_of(zygote.pid or 0) != ""


def others_than(before: set[int], rig: Rig) -> set[int]:
    """The decoders that came after those."""
    wait_for(lambda: pids_of(rig) - before, 60)
    return pids_of(rig) - before


def heap_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
        return next((line.partition("-")[0] for line in lines if line.endswith("[heap]")), "")
    return ""


def pages_read_of(library: str, zygote: Zygote) -> int:
    """Kilobytes that the zygote has in memory of the library's code, which nobody writes to."""
    parts = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path(f"/proc/{zygote.pid}/smaps").read_text(), flags=re.MULTILINE)
    code = [part for part in parts if " r-xp " in part.split("\n")[0] and library in part.split("\n")[0]]
    assert code
    return sum(int(found) for part in code for found in re.findall(r"^Rss: +(\d+)", part, re.MULTILINE))


def notices_its_end(zygote: Zygote) -> bool:
    zygote.tend(0.0)  # a moment at which none is started
    return zygote.pid is None


@contextlib.contextmanager
def running(process: DecoderChild) -> Iterator[DecoderChild]:
    yield process
    process.kill()
    process.wait(20)
    for pipe in pipes_of(process):
        pipe.close()


def pipes_of(process: DecoderChild) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdin, process.stdout, process.stderr


def what_it_may(pid: int) -> dict[str, object]:
    """What the kernel tells of the process, but for what differs between any two."""
    of = Path(f"/proc/{pid}")
    status = dict(line.split(":\t", 1) for line in (of / "status").read_text().splitlines())
    kept = ("Name", "Umask", "PPid", "Uid", "Gid", "Groups", "NSpgid", "NSsid", "SigBlk", "SigIgn", "SigCgt", "CapEff", "CapBnd",
            "NoNewPrivs", "Seccomp", "Seccomp_filters", "Cpus_allowed")  # fmt: skip
    files = {int(entry.name): os.readlink(entry).partition(":")[0] for entry in (of / "fd").iterdir()}
    words = [word.rstrip() for word in words_of(pid)]
    apart = {
        name: os.readlink(of / "ns" / name) != os.readlink(f"/proc/self/ns/{name}") for name in ("user", "mnt", "net")
    }
    return {
        **{name: status[name].strip() for name in kept},
        "files": files, "words": words, "apart": apart, "folder": os.readlink(of / "cwd"),
        "limits": (of / "limits").read_text(), "nice": (of / "stat").read_text().rpartition(")")[2].split()[16],
        "environment": (of / "environ").read_bytes(), "oom": (of / "oom_score_adj").read_text(),
    }  # fmt: skip


def test_a_forked_decoder_is_what_a_started_one_is(display: str, zygote: Zygote) -> None:
    """Confinement, rights, limits, signals, environment, open files, command line, parent: all the same."""
    with running(spawn(command(display))) as started, running(zygote.spawn(command(display))) as forked:
        assert isinstance(forked, ForkedDecoder)
        assert all(b"ready" in pipes_of(one)[1].readline() for one in (started, forked))
        assert what_it_may(forked.pid) == what_it_may(started.pid)
        assert is_forked(forked.pid, zygote)
        assert not is_forked(started.pid, zygote)


def test_its_end_is_told_as_of_any_child(display: str, zygote: Zygote) -> None:
    """It ends with its stdin with status 0, or by the signal that kills it; before that it runs."""
    with running(zygote.spawn(command(display))) as first:
        assert first.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(0)
        pipes_of(first)[0].close()
        assert first.wait(20) == 0
    with running(zygote.spawn(command(display))) as second:
        second.send_signal(signal.SIGKILL)
        assert second.wait(20) == -signal.SIGKILL
        second.kill()  # there is none any more
        assert second.poll() == -signal.SIGKILL


def test_nothing_is_black_when_the_zygote_is_killed(display: str, zygote: Zygote, tmp_path: Path) -> None:
    """Both decoders play on, no one is replaced; one that dies then is replaced by one that is started by itself."""
    films = [make_numbered(tmp_path / f"{number}.mp4", number, size=SMALL) for number in (1, 2)]
    with Captor(display) as captor, Rig(display, [item_of(film) for film in films], zygote=zygote) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)
        assert zygote.pid is not None
        assert all(is_forked(rig.layer_pid(layer), zygote) for layer in (0, 1))
        begin_s = captor.runs[-1].begin_s
        os.kill(zygote.pid, signal.SIGKILL)
        changes = rig.state.playing.changes
        wait_for(lambda: rig.state.playing.changes >= changes + 2, 60)
        before = pids_of(rig)
        assert not [event for event in rig.events if isinstance(event, DecoderExited)]
        rig.hurt_hidden(signal.SIGKILL)
        others_than(before, rig)
        changes = rig.state.playing.changes
        wait_for(lambda: rig.state.playing.changes >= changes + 2, 60)
        assert not [run for run in list(captor.runs) if run.begin_s > begin_s and run.seen == "black"]
    assert not rig.asked(KillDecoder)


def test_a_zygote_that_stands_still_is_given_up(display: str, zygote: Zygote) -> None:
    """It is asked, does not answer, and is ended; the decoder is started by itself."""
    stopped = zygote.pid
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)
    with running(zygote.spawn(command(display))) as started:
        assert isinstance(started, subprocess.Popen)
        assert b"ready" in pipes_of(started)[1].readline()
    assert not tree_of(stopped)
    assert zygote.pid is None


def test_what_only_loading_has_read_is_given_back_and_a_decoder_forked_after_it_is_whole(
    display: str, zygote: Zygote
) -> None:
    """librsvg comes with VLC's codecs, and no film needs it."""
    assert pages_read_of("librsvg", zygote) > 0
    wait_for(lambda: pages_read_of("librsvg", zygote) == 0, 60)
    with running(zygote.spawn(command(display))) as forked:
        assert isinstance(forked, ForkedDecoder)
        assert b"ready" in pipes_of(forked)[1].readline()


def test_a_new_zygote_follows_after_a_rest(display: str) -> None:
    """Not at once, as a decoder may be awaited; the next decoder is forked from the new one."""
    zygote = start_zygote(rest_s=0.0)
    try:
        wait_for(zygote.has_loaded, 60)
        first = zygote.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: notices_its_end(zygote), 20)
        zygote.tend(float("inf"))
        wait_for(zygote.has_loaded, 60)
        with running(zygote.spawn(command(display))) as forked:
            assert is_forked(forked.pid, zygote)
    finally:
        zygote.close()


def test_after_a_crash_memory_is_laid_out_anew(display: str, films: list[Path], zygote: Zygote) -> None:
    """A film that crashes decoders learns nothing for its next try; a decoder that is killed is no crash."""
    with Rig(display, [item_of(film) for film in films], zygote=zygote) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)
        old = heap_of(zygote.pid or 0)
        for number, forked in ((signal.SIGKILL, True), (signal.SIGSEGV, False)):
            before = pids_of(rig)
            rig.hurt_hidden(number)
            (new,) = others_than(before, rig)
            assert (heap_of(new) == old) is forked


def test_the_first_decoder_is_asked_for_while_the_zygote_loads(display: str, films: list[Path]) -> None:
    """What it is told meanwhile waits for it, and the second one comes from the same zygote."""
    zygote = start_zygote(rest_s=NEVER_S)
    early = start_early_decoder(ScreenSection(display=display), zygote)
    with Rig(display, [item_of(film) for film in films], early=early, zygote=zygote) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)
        assert all(is_forked(rig.layer_pid(layer), zygote) for layer in (0, 1))
        pids = [rig.layer_pid(0), rig.layer_pid(1), zygote.pid]
        assert not rig.asked(KillDecoder)
    assert not [pid for pid in pids if tree_of(pid or 0)]


def test_a_zygote_that_never_loads_costs_no_decoder(display: str, films: list[Path]) -> None:
    """It is killed while it loads: the first decoder is started by itself."""
    zygote = start_zygote(rest_s=NEVER_S)
    assert zygote.pid is not None
    with frozen(zygote.pid):
        early = start_early_decoder(ScreenSection(display=display), zygote)
        os.kill(zygote.pid, signal.SIGKILL)
    with Rig(display, [item_of(film) for film in films], early=early, zygote=zygote) as rig:
        wait_for(lambda: rig.state.playing.changes >= 2, 60)


DAEMON = """
import json, sys
from player.screen.decoder.early import decoder_command, decoder_options, start_zygote
from player.settings.models import ScreenSection
zygote = start_zygote()
while not zygote.has_loaded():
    pass
command = decoder_command(decoder_options(ScreenSection(display=sys.argv[1]), "x11", 0, 0, 0))
decoders = [zygote.spawn(command) for _ in range(2)]
print(json.dumps([zygote.pid, *(one.pid for one in decoders)]), flush=True)
sys.stdin.read()
"""


def test_zygote_and_decoders_die_with_the_daemon(display: str) -> None:
    """SIGKILL of the daemon, while the zygote and a decoder are stopped: none of them is left."""
    daemon = subprocess.Popen(
        [sys.executable, "-c", DAEMON, display],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert daemon.stdin is not None
    assert daemon.stdout is not None
    with daemon.stdin, daemon.stdout:
        pids = json.loads(daemon.stdout.readline())
        assert set(pids) < set(tree_of(daemon.pid))
        os.kill(pids[0], signal.SIGSTOP)
        wait_for(
            lambda: len(list(Path(f"/proc/{pids[1]}/task").iterdir())) > 1, 60
        )  # it has asked to die with its parent
        os.kill(pids[1], signal.SIGSTOP)
        daemon.kill()
        daemon.wait()
        wait_for(lambda: not [pid for pid in pids if tree_of(pid)], 20)
