"""Which panel a page is about.

Knows: where its name stands in the address. Touches: the hub. Must not: answer for a panel that nobody has heard of.
"""

from __future__ import annotations

from starlette.requests import Request

from player.office.fleet import Panel
from player.office.web.live.hub import Hub
from player.office.web.page import PageFault, office_of


def hub_of(request: Request) -> Hub:
    return office_of(request).live


def panel_of(request: Request) -> Panel:
    """Raises PageFault: nobody has heard of it."""
    panel = hub_of(request).panel(request.path_params["name"])
    if panel is None:
        raise PageFault("No panel of this name has been heard of.", status=404)
    return panel
