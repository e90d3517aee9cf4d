"""Who may do what in the console, written down by hand: what test_routes.py holds the table of routes against.

A route that is not here, or asks for another right than here, fails there: whoever adds one says here who may use it.
"""

from __future__ import annotations

from collections.abc import Mapping

from player.office.web.people.roles import Role

EVERYBODY = frozenset({None, *Role})
SIGNED_IN = frozenset(Role)
EDITORS = frozenset({Role.EDITOR, Role.ADMIN})
OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

_WRITTEN: Mapping[frozenset[Role | None], str] = {
    EVERYBODY: """
        GET /sign-in
        POST /sign-in
        GET /sign-in/code
        POST /sign-in/code
        GET /healthz
    """,
    SIGNED_IN: """
        GET /
        GET /wall/stream
        GET /wall/pictures
        GET /panels/{name}
        GET /panels/{name}/stream
        GET /panels/{name}/picture
        GET /panels/{name}/day
        GET /urgent
        GET /urgent/stream
        GET /urgent/pictures/{key}.png
        GET /content
        GET /content/{folder}
        GET /content/{folder}/media
        GET /content/{folder}/file/{path:path}
        GET /content/{folder}/look/{path:path}
        GET /content/{folder}/raw/{path:path}
        GET /content/{folder}/thumbnail/{path:path}
        GET /content/{folder}/playlists
        GET /content/{folder}/playlists/{name}
        GET /content/{folder}/playlists/{name}/play
        GET /content/{folder}/schedule
        GET /content/{folder}/schedule/at
        GET /content/{folder}/publish
        GET /content/{folder}/published
        GET /content/{folder}/published/stream
        GET /records
        GET /records/overview
        GET /records/checks
        GET /records/{kind}
        GET /records/{kind}.{form}
        GET /sticks
        GET /sticks/{name}.zip
        GET /me
        POST /me/language
        POST /me/name
        POST /me/password
        GET /me/second-factor
        POST /me/second-factor
        POST /me/second-factor/drop
        POST /me/sessions/end
        POST /sign-out
        GET /news
        GET /here
    """,
    EDITORS: """
        POST /content/{folder}/add
        POST /content/{folder}/add-new
        POST /content/{folder}/conflict
        GET /content/{folder}/conversions/{id}
        POST /content/{folder}/conversions/{id}/cancel
        POST /content/{folder}/convert/{path:path}
        POST /content/{folder}/discard
        POST /content/{folder}/playlists
        POST /content/{folder}/playlists/{name}
        POST /content/{folder}/publish
        POST /content/{folder}/remove
        POST /content/{folder}/rename
        POST /content/{folder}/schedule
        GET /content/{folder}/second/{account}
        POST /content/{folder}/second/{account}
        POST /content/{folder}/undo
        POST /content/{folder}/uploads
        GET /content/{folder}/uploads/{id}
        PATCH /content/{folder}/uploads/{id}
        POST /content/{folder}/uploads/{id}/cancel
        POST /content/{folder}/uploads/{id}/convert
        POST /content/{folder}/uploads/{id}/finish
    """,
    OPERATORS: """
        POST /panels/{name}/send
        GET /panels/{name}/answers/{id}
        POST /urgent
        POST /urgent/decide
        POST /urgent/end
        POST /urgent/preview
        POST /urgent/templates/remove
        POST /sticks/receipts
        POST /records/checks
    """,
    ADMINS: """
        GET /people
        POST /people
        GET /people/{account}
        POST /people/{account}/role
        POST /people/{account}/password
        POST /people/{account}/second-factor/drop
        POST /people/{account}/close
        POST /people/{account}/open
        GET /log
        GET /log.csv
        GET /log/{n}
    """,
}
WHO_MAY: Mapping[str, frozenset[Role | None]] = {
    line.strip(): who for who, lines in _WRITTEN.items() for line in lines.strip().splitlines()
}
"""Method and path of each route -> the roles that reach it; None: who is not signed in."""
BEFORE_THE_FACTOR = frozenset(
    {"POST /sign-out", "POST /me/language", "GET /me/second-factor", "POST /me/second-factor"}
)
"""What somebody reaches whose role needs a second factor that is not set up yet, beside what everybody does."""
