"""Moments, spans and sizes as people read them, in both languages.

Knows: the names of days and months, where a comma stands. Pure: touches nothing. Must not: know the time or the zone.
"""

from __future__ import annotations

from datetime import date, datetime

from player.office.web.words import t

MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
DAYS = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
SIZES = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000))


def spell_clock(language: str, moment: datetime) -> str:
    """`14.05`, in English `14:05`."""
    return f"{moment:%H.%M}" if language == "id" else f"{moment:%H:%M}"


def spell_day(language: str, day: date) -> str:
    """`Kam 26 Nov 2026`."""
    return f"{DAYS[language][day.weekday()]} {day.day} {MONTHS[language][day.month - 1]} {day.year}"


def spell_moment(language: str, moment: datetime, now: datetime) -> str:
    """The clock; of another day with the day before it, of another year with the year. Both in the same zone."""
    clock = spell_clock(language, moment)
    if moment.date() == now.date():
        return clock
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment.day} {MONTHS[language][moment.month - 1]}{year} {clock}"


def spell_span(language: str, seconds: float) -> str:
    """`45 s`, `12 min`, `3 jam 5 min`, `4 hari`."""
    whole = max(0, round(seconds))
    if whole < 120:
        return t(language, "{n} s", n=whole)
    if whole < 3600:
        return t(language, "{n} min", n=whole // 60)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours < 48:
        return t(language, "{h} h {m} min", h=hours, m=minutes) if minutes else t(language, "{n} h", n=hours)
    return t(language, "{n} days", n=hours // 24)


def spell_ago(language: str, seconds: float) -> str:
    """`12 s yang lalu`."""
    return t(language, "{span} ago", span=spell_span(language, seconds))


def spell_bytes(language: str, count: float) -> str:
    """`12,4 MB`: thousands, as shops and disks count."""
    for unit, size in SIZES:
        if count >= size:
            said = f"{count / size:.1f} {unit}"
            return said.replace(".", ",") if language == "id" else said
    return f"{int(count)} B"
