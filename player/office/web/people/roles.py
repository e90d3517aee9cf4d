"""What a person may do in the console: four rights, and four roles that have some of them.

Knows: which role has which right. Pure: touches nothing. Must not: know a page or an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """What a route asks of the person."""

    LOOK = "look"
    EDIT = "edit"
    COMMAND = "command"
    ADMIN = "admin"


class Role(StrEnum):
    """What an account is. Each sees everything but the people and the log; those only the admin."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OPERATOR = "operator"
    ADMIN = "admin"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.LOOK}),
    Role.EDITOR: frozenset({Right.LOOK, Right.EDIT}),
    Role.OPERATOR: frozenset({Right.LOOK, Right.COMMAND}),
    Role.ADMIN: frozenset(Right),
}
