"""Parsers of what an operator writes: playlists, schedules, calendars, names."""
