"""What the tests of real pixels conclude from what was seen: made-up looks, no screen."""

from __future__ import annotations

from tests.kit.captor import Captor, Run

RATES = {1: 10.0, 2: 10.0}
FRAMES = {1: 10, 2: 10}


def seen(*runs: tuple[tuple[int, int], float]) -> Captor:
    """Each run: (clip, frame) and when it was first seen."""
    return Captor(":0", runs=[Run(frame, at) for frame, at in runs])


def test_a_first_frame_is_ahead_when_the_film_had_no_time_for_it() -> None:
    """Frame 4 of ten a second is right half a second after the start, and ahead a tenth of a second after it."""
    late = seen(((1, 9), 0.9), ((2, 4), 1.5))
    assert late.starts_ahead([0.0, 1.0], RATES) == []
    assert late.starts_ahead([0.0, 1.4], RATES) == ["clip 2 showed frame 4 first, 100 ms after its start"]


def test_a_clip_ends_early_when_its_frames_had_no_time() -> None:
    """Ten frames of ten a second need a second, whichever of them was seen last."""
    whole = seen(((1, 0), 0.0), ((1, 5), 0.8), ((2, 0), 1.0))
    cut = seen(((1, 0), 0.0), ((1, 5), 0.5), ((2, 0), 0.6))
    assert whole.ends_early([0.0, 0.79], FRAMES, RATES) == []
    assert cut.ends_early([0.0, 0.55], FRAMES, RATES) == ["clip 1 was left 600 ms after its start, at frame 5 of 10"]
