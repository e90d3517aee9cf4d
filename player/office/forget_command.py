"""`panel-office forget`: clears what the broker keeps of a panel that was taken away for good, so that nothing counts it.

Knows: which of a panel's messages the broker keeps. Touches: the terminal, the broker.
Must not: forget a panel that is there, or touch what the collector has stored of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from player.base.mqtt.messages import Arrived, Message
from player.base.spelling import did_you_mean
from player.base.text import for_terminal
from player.contract.topics import Topics
from player.office.fleet import A_PANEL, Fleet, Presence
from player.office.gathering import wall_now
from player.office.session import OfficeSession
from player.office.settings import read_office_settings
from player.office.signing import OfficeError
from player.office.terminal import out, plain_errors

app = typer.Typer()

MAY_NOT = (
    "clear what the broker keeps of a panel; use the account administrator (manual office.md, A panel that is gone)"
)


@app.command()
def forget(
    context: typer.Context,
    panel: Annotated[str, typer.Argument(help="The panel that was taken away for good.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Clear what the broker keeps of a panel that is gone for good: no row, no alerts any more. Its records stay."""
    with plain_errors():
        settings = read_office_settings(*context.find_root().obj)
        fleet = Fleet(settings.root)
        with OfficeSession(settings.account()) as session:
            session.listen(*fleet.topics)
            kept = session.hear_retained()
            for arrived in kept:
                fleet.take(arrived, wall_now())
            _expect_gone(fleet, panel)
            topics = _kept_of(fleet.root, panel, kept)
            if not yes:
                out.print(
                    f"The broker keeps {len(topics)} messages of {panel}; its records at the office stay.", markup=False
                )
                typer.confirm(f"Forget {panel}?", abort=True)
            # Its state at the very end: as long as that is kept, the panel has its row, and this can be done again.
            last = Topics(fleet.root, panel).state
            order = [*(topic for topic in topics if topic != last), Topics(fleet.root, panel).discovery, last]
            session.send_all([Message(topic, b"", qos=1, retain=True) for topic in order], MAY_NOT)
            session.listen(*fleet.topics)
            left = _kept_of(fleet.root, panel, session.hear_retained())
        if left:
            raise OfficeError(f"the broker still keeps {', '.join(left)}: this account may not {MAY_NOT}")
        out.print(
            f"{panel} is forgotten: {len(topics)} messages that the broker kept are cleared. Its records stay. "
            "Switched on again it is there again.",
            markup=False, soft_wrap=True,
        )  # fmt: skip


def _expect_gone(fleet: Fleet, panel: str) -> None:
    """Raises OfficeError: nobody has heard of it, or it is there."""
    if not A_PANEL.fullmatch(panel) or panel not in fleet.panels:
        known = sorted(fleet.panels)
        hint = did_you_mean(panel, known) or f"known: {', '.join(known) or 'none'}"
        raise OfficeError(for_terminal(f"no panel {panel} has been heard of; {hint}"))
    if fleet.panels[panel].presence(wall_now()) is Presence.ONLINE:
        raise OfficeError(f"{panel} is online, and would say everything again at once; switch it off, then forget it")


def _kept_of(root: str, panel: str, heard: Iterable[Arrived]) -> list[str]:
    """The topics of this panel under which the broker keeps anything."""
    kept: dict[str, bool] = {}
    for arrived in heard:
        if arrived.topic.startswith(f"{root}/{panel}/"):
            kept[arrived.topic] = bool(arrived.payload)
    return sorted(topic for topic, there in kept.items() if there)
