"""Every address of the console: one table, made of each page's own. What is not in it is not there.

Knows: which pages there are. Touches nothing. Must not: hold a route of its own; tests/office/web/test_routes.py tries each
one with each role.
"""

from __future__ import annotations

from player.office.web.page import Route
from player.office.web.pages import (
    content,
    content_files,
    log,
    me,
    news,
    panel,
    panel_day,
    people,
    playlist,
    publish,
    records,
    schedule,
    sign_in,
    sticks,
    uploading,
    urgent,
    wall,
)

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *wall.ROUTES,
    *panel.ROUTES,
    *panel_day.ROUTES,
    *urgent.ROUTES,
    *records.ROUTES,
    *sticks.ROUTES,
    *news.ROUTES,
    *me.ROUTES,
    *people.ROUTES,
    *log.ROUTES,
    *content.ROUTES,
    *content_files.ROUTES,
    *uploading.ROUTES,
    *playlist.ROUTES,
    *schedule.ROUTES,
    *publish.ROUTES,
)
