"""The stage: what is on one X server's screen, and what is on top there.

Knows: that a card lies over the layers, the strip over that, the running text beside the strip; which layer is visible, and
which one waits for the first pixels of its item. Touches: X, through XServer.
Must not: know processes or effects (screen/room.py does).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from player.core.model import Card, StickNotice
from player.screen.drawing.order import DrawnPicture, StageLook
from player.screen.overlays import Draw, Overlays
from player.screen.windows import StageWindows
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box
from player.settings.models import PanelSection, ScreenSection, TickerSection

if TYPE_CHECKING:
    from player.screen.ticker.ticker import TickerBand

log = logging.getLogger(__name__)


class Stage:
    """Of one connection: window (whole screen, black) > frame (the region) > two layers, card, dot, strip."""

    def __init__(
        self,
        server: XServer,
        screen: ScreenSection,
        panel: PanelSection,
        draw: Draw,
        ticker: TickerSection | None = None,
    ) -> None:
        """draw: orders the pictures of cards and strips."""
        self.server = server
        self.light_outputs()
        server.keep_awake()
        server.outlive()
        server.watch_screen()
        self.windows = StageWindows(server, screen.region)
        look = StageLook(*self.windows.whole[2:], panel.name, panel.language, screen.rotation)
        self._overlays = Overlays(server, self.windows.frame, look, draw)
        self.windows.show()
        self.visible: int | None = None
        self._cueing: dict[int, int] = {}
        self._unpainted: dict[int, int] = {}
        self._screen = screen
        self._ticker_section = ticker or TickerSection()
        self._ticker: TickerBand | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the ticker's process; what is on screen stays."""
        if self._ticker is not None:
            self._ticker.close()

    # ---- layers

    def expect_item(self, layer: int, play_id: int) -> None:
        """The layer's decoder is told to cue this play."""
        self._cueing[layer] = play_id
        self._unpainted.pop(layer, None)

    def clear_layer(self, layer: int, play_id: int) -> None:
        """The layer's item before has left its window: what is painted there from now on is this play."""
        if self._cueing.get(layer) == play_id:
            self._unpainted[layer] = play_id
            if layer != self.visible:
                self.windows.fill_black(layer)  # old pixels are no first frame
            self.rearm(layer)

    def forget_item(self, layer: int) -> None:
        self._unpainted.pop(layer, None)

    def see_paint(self, layer: int) -> int | None:
        """Something was drawn in the layer. Returns the play whose first pixels are there now; None: no news."""
        if layer not in self._unpainted:
            return None
        self.rearm(layer)
        return self._unpainted.pop(layer) if self.windows.painted_at_all(layer) else None

    def raise_layer(self, layer: int) -> None:
        self.forget_item(layer)
        # VLC paints its first picture before it fits it to the window: what it leaves beside it is no bar.
        self.windows.fill_black(layer)
        self.windows.raise_layer(layer)
        self._finish_raise()
        self.visible = layer

    def rearm(self, layer: int) -> None:
        """The next drawing in the layer is told again."""
        self.server.rearm_paint(self.windows.layers[layer])

    def watch_visible(self) -> None:
        if self.visible is not None:
            self.rearm(self.visible)

    # ---- what lies over them

    def show_card(self, card: Card) -> Card | None:
        """The card, if it is on screen already; else what is there stays until its picture comes (`take_picture`)."""
        return self._finish_card(self._overlays.show_card(card))

    def take_picture(self, drawn: DrawnPicture) -> Card | None:
        """The card that is on screen by this picture; None: it is no card, a further page, or out of date."""
        return self._finish_card(self._overlays.take(drawn))

    def hide_card(self) -> None:
        self._overlays.hide_card()

    def show_notice(self, notice: StickNotice | None) -> None:
        """None takes it away."""
        if notice is None:
            self._overlays.hide_notice()
        else:
            self._overlays.show_notice(notice)

    def show_ticker(self, messages: tuple[str, ...]) -> Box:
        """The running text, over everything but the strip, which moves out of its way. Returns its band's place in the region."""
        if self._ticker is None:
            # Here, not at the top: most panels never need it.
            from player.screen.ticker.ticker import TickerBand

            self._ticker = TickerBand(self.server, self.windows, self._screen, self._ticker_section)
        self._ticker.show(messages)
        if self._ticker_section.edge == "bottom":
            self._overlays.lift_notice(min(self._ticker.box[2:]))
        return self._ticker.box

    def hide_ticker(self) -> None:
        if self._ticker is not None:
            self._ticker.hide()
            self._overlays.lift_notice(0)

    def tend_ticker(self, mono: float) -> None:
        if self._ticker is not None:
            self._ticker.tend(mono)

    def tend_overlays(self) -> None:
        """Moves the test pattern's dot, and turns the pages of what has several."""
        self._overlays.move_dot()
        self._overlays.turn_pages()

    def _finish_card(self, card: Card | None) -> Card | None:
        if card is not None:
            self._finish_raise()
        return card

    def _finish_raise(self) -> None:
        self._overlays.raise_notice()
        self.windows.finish_raise()

    # ---- outputs

    def light_outputs(self) -> None:
        for output in self.server.light_outputs():
            log.info("output %s: it has a monitor and was off; it is turned on", output)
