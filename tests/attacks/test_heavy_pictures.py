"""Pictures that are allowed and heavy: slow is not hung."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.core import effects as f
from tests.attacks.make import make_png
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb


@pytest.mark.live
@pytest.mark.slow
def test_the_largest_picture_is_shown_and_no_decoder_is_killed_for_it(tmp_path: Path) -> None:
    """An 8K PNG of 16 bits between two films: it has its turn, no decoder is taken for hung, nothing is blamed."""
    films = [item_of(make_numbered(tmp_path / f"{n}.mp4", n, frames=60, size=(640, 360))) for n in (1, 2)]
    heavy = item_of(make_png(tmp_path / "heavy.png", 7680, 4320))
    with running_xvfb() as screen, Rig(screen, [films[0], heavy, films[1]]) as rig:

        def shown() -> bool:
            started = {effect.play_id for effect in rig.asked(f.StartItem)}
            cued = {effect.play_id for effect in rig.asked(f.CueItem) if effect.item.path == "heavy.png"}
            return bool(started & cued) or bool(rig.state.playing.failures)

        wait_for(shown, 90, "the picture has its turn")
        assert rig.state.playing.failures == {}
        assert [kill for kill in rig.asked(f.KillDecoder) if "silent" in kill.why or "hung" in kill.why] == []
