"""Care for the two decoders: started, replaced, recycled, and suspended while their cued item waits.

Knows: what supervision.py finds overdue, and which play suffers. Touches nothing. Must not: choose what is played.
"""

from __future__ import annotations

from collections.abc import Sequence

from player.core.decoders import supervision
from player.core.decoders.supervision import Phase, Supervision
from player.core.effects import KillDecoder, StartDecoder, SuspendDecoder
from player.core.events import DecoderExited
from player.core.kinds import traits_of
from player.core.playing.ending import end_play
from player.core.playing.failures import CRASHES, FAT_BYTES, blame
from player.core.state import Ending, Play, PlayPhase, State
from player.core.turn import Turn

SECOND_DECODER_S = 3.0
"""The second decoder starts when the first has a picture on screen, or after this: the first frame comes first."""
RECYCLE_S = 6 * 3600.0
RECYCLE_MARGIN_S = 5.0
"""A decoder is recycled only while the other one has so long to go that the new process can cue in time."""


def care_for_decoders(t: Turn) -> None:
    """Called in every turn: replaces what is overdue, starts what should run."""
    if t.stage.opened is None:
        return
    for layer in range(len(t.decoders)):
        t.set_decoder(layer, supervision.reset_crash_count(t.decoders[layer], t.now.mono))
        _replace_overdue(t, layer)
        if _should_start(t, layer):
            begun = supervision.start(t.decoders[layer], t.now.mono)
            t.set_decoder(layer, begun)
            t.ask(StartDecoder(layer, begun.generation))


def wake_mono(s: State) -> list[float]:
    if s.stage.opened is None:
        return []
    alone = _none_runs(s.decoders)
    times = [w for decoder in s.decoders if (w := supervision.wake_mono(decoder, alone=alone)) is not None]
    if any(decoder.phase is Phase.STOPPED for decoder in s.decoders):
        times.append(s.run.started_mono + SECOND_DECODER_S)
    return times


def _replace_overdue(t: Turn, layer: int) -> None:
    decoder, play = t.decoders[layer], t.playing.plays[layer]
    why = supervision.overdue(decoder, t.now.mono)
    if why is None:
        return
    if decoder.stopping:
        t.ask(KillDecoder(layer, decoder.generation, why))  # again, and at once
        t.set_decoder(layer, supervision.begin_stop(decoder, t.now.mono, wanted=True))
        return
    kill(t, layer, why, Ending.CRASH)
    if play is not None and play.phase is PlayPhase.CUEING:
        blame(t, play, f"its decoder hung while opening it ({why})", passing=True)
    elif play is not None and play.phase is PlayPhase.RUNNING and t.s.rules.hardware and not play.software:
        blame(t, play, f"its decoder hung while playing it ({why})", passing=True)


def _should_start(t: Turn, layer: int) -> bool:
    decoder = t.decoders[layer]
    if decoder.phase is Phase.BACKOFF:
        return t.now.mono >= supervision.start_mono(decoder, alone=_none_runs(t.decoders))
    first = layer == 0 or t.playing.visible is not None or t.now.mono >= t.run.started_mono + SECOND_DECODER_S
    return decoder.phase is Phase.STOPPED and (first or t.playing.card is not None)


def _none_runs(decoders: Sequence[Supervision]) -> bool:
    return not any(decoder.usable or decoder.phase is Phase.STARTING for decoder in decoders)


def hear_exited(t: Turn, event: DecoderExited) -> None:
    layer = event.layer
    decoder, play = t.decoders[layer], t.playing.plays[layer]
    if event.generation != decoder.generation:
        return
    wanted = decoder.stopping and decoder.crash_count < 0
    t.set_decoder(layer, supervision.exited(decoder, t.now.mono))
    if not wanted:
        t.note(f"decoder {layer} ended: {event.how}", "warning" if not decoder.stopping else "info")
    end_play(t, layer, Ending.CRASH)
    # A person's kill -9 is not the item's fault; a crash of the decoder is, and so is filling up the memory.
    fat = (decoder.memory_bytes or 0) > FAT_BYTES
    if play is not None and not decoder.stopping and (event.signal in CRASHES or fat):
        blame(t, play, f"its decoder ended ({event.how})")


def kill(t: Turn, layer: int, why: str, ending: Ending, *, wanted: bool = False) -> None:
    """Ends a layer's decoder, and with it its play. wanted: recycling, which is no failure of anything."""
    decoder = t.decoders[layer]
    if decoder.phase not in (Phase.STARTING, Phase.RUNNING):
        return
    t.ask(KillDecoder(layer, decoder.generation, why, abort=not wanted))
    t.note(f"decoder {layer} is replaced: {why}", "info" if wanted else "warning")
    t.set_decoder(layer, supervision.begin_stop(decoder, t.now.mono, wanted=wanted))
    end_play(t, layer, ending)


def recycle(t: Turn, layer: int, next_change_mono: float | None) -> None:
    """Replaces the decoder of a layer that has just been left, when it is old or holds much memory, and there is time for it."""
    decoder = t.decoders[layer]
    if not decoder.usable:
        return
    fat = (decoder.memory_bytes or 0) > FAT_BYTES
    old = t.now.mono - decoder.since_mono > RECYCLE_S
    time_left = next_change_mono is None or next_change_mono - t.now.mono > RECYCLE_MARGIN_S
    if (fat or old) and time_left:
        kill(t, layer, "recycled: " + ("memory" if fat else "age"), Ending.CUT, wanted=True)


def lose_windows(t: Turn) -> None:
    """The stage has gone, or is a new one: no decoder has a window any more."""
    for layer, decoder in enumerate(t.decoders):
        if decoder.phase in (Phase.STARTING, Phase.RUNNING):
            if not decoder.stopping:
                t.ask(KillDecoder(layer, decoder.generation, "its window is gone"))
            t.set_decoder(layer, supervision.begin_stop(decoder, t.now.mono, wanted=True))


def suspend_waiting(t: Turn) -> None:
    """A decoder whose item is painted and waits does nothing until its turn: VLC would redraw it twelve times a second."""
    for layer, (decoder, play) in enumerate(zip(t.decoders, t.playing.plays, strict=True)):
        suspended = decoder.usable and _waits(play)
        if suspended != decoder.suspended:
            t.set_decoder(layer, supervision.suspend(decoder, t.now.mono, suspended=suspended))
            t.ask(SuspendDecoder(layer, decoder.generation, suspended))


def _waits(play: Play | None) -> bool:
    return play is not None and play.phase is PlayPhase.CUED and traits_of(play.item.kind).waits_suspended
