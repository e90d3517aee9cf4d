"""The words of the reports, in Bahasa Indonesia and English: one table.

Knows: every sentence and heading that a report may hold. Touches nothing. Must not: say anything of a single panel.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

Words = Callable[..., str]

WORDS: dict[str, tuple[str, str]] = {
    # titles
    "day-title": ("Laporan hari: {panel}", "Report of a day: {panel}"),
    "airtime-title": ("Laporan waktu tayang", "Air time report"),
    "items-title": ("Laporan konten", "Report of items"),
    "period": ("{first} sampai {last}", "{first} to {last}"),
    "all-panels": ("semua panel", "all panels"),
    "client": ("klien {client}", "client {client}"),
    "zone": ("waktu setempat {zone}", "local time {zone}"),
    "made": ("Dibuat {when} dengan panel-office {version}", "Made {when} with panel-office {version}"),
    "page": ("halaman {page} dari {pages}", "page {page} of {pages}"),
    # the day
    "day-lead": (
        "Konten tayang {shown} dari {day} ({share}).", "Items were on screen for {shown} of {day} ({share})."
    ),
    "day-lead-dark": ("Gelap sesuai jadwal {dark}.", "Dark as planned for {dark}."),
    "day-lead-lost": ("Tanpa gambar yang seharusnya {lost}.", "Without the picture that should have been there: {lost}."),
    "day-lead-well": ("Tidak ada gangguan.", "There was no disturbance."),
    "so-far": ("Hari ini belum selesai: sampai pukul {time}.", "The day is not over: this is until {time}."),
    "whole-day": ("Seluruh hari", "The whole day"),
    "hour-by-hour": ("Jam demi jam", "Hour by hour"),
    "accounted": ("Setiap detik hari itu", "Every second of the day"),
    "what": ("Apa", "What"),
    "time": ("Waktu", "Time"),
    "share": ("Bagian", "Share"),
    "times": ("Kali", "Times"),
    "sum": ("Jumlah", "Sum"),
    "disturbances": ("Gangguan dan kejadian", "Disturbances and events"),
    "no-disturbances": ("Tidak ada.", "There were none."),
    "from": ("Dari", "From"),
    "until": ("Sampai", "Until"),
    "why": ("Sebab", "Why"),
    "items": ("Konten", "Items"),
    "item": ("Konten", "Item"),
    "plays": ("Tayang", "Plays"),
    "seen": ("Terlihat", "Seen"),
    "played": ("Diputar", "Played"),
    "broken": ("Rusak", "Broken"),
    "panel": ("Panel", "Panel"),
    "day": ("Hari", "Day"),
    "first-shown": ("Pertama", "First"),
    "last-shown": ("Terakhir", "Last"),
    "content": ("SHA-256", "SHA-256"),
    "playlist": ("Daftar putar", "Playlist"),
    "ended": ("Akhir", "Ended"),
    "kind": ("Jenis", "Kind"),
    "evidence": ("Bukti", "Evidence"),
    "number": ("Nomor", "Number"),
    "records": ("Catatan", "Records"),
    "more": ("dan {{n}} lagi: lihat berkas XLSX", "and {{n}} more: see the XLSX file"),
    # what a second is called
    "tone-seen": ("Konten, terlihat di layar", "Items, seen on the screen"),
    "tone-played": ("Konten, diputar", "Items, played"),
    "tone-broken": ("Konten, terpotong atau gagal", "Items, cut or failed"),
    "tone-message": ("Pesan darurat", "Urgent message"),
    "tone-card": ("Kartu tunggu atau uji", "Waiting or test card"),
    "tone-dark": ("Gelap sesuai jadwal", "Dark as planned"),
    "tone-blank": ("Dihitamkan atas perintah", "Black by command"),
    "tone-fault": ("Gangguan layar", "Fault of the screen"),
    "tone-off": ("Mati", "Off"),
    "tone-nothing": ("Catatan belum diterima", "Records not received"),
    "clock": ("Jam komputer disetel", "The computer's clock was set"),
    "twice": ("Terhitung dua kali", "Counted twice"),
    "ended-end": ("gelap atau tidak bergerak", "dark, or did not move"),
    "ended-cut": ("dipotong", "cut"),
    "ended-failed": ("gagal diputar", "could not be played"),
    "ended-crash": ("program berhenti", "the program crashed"),
    "ended-power": ("listrik padam", "power cut"),
    # air time
    "contract": ("Kontrak", "Contract"),
    "client-head": ("Klien", "Client"),
    "contracted": ("Dijanjikan", "Contracted"),
    "contracted-plays": ("Janji tayang", "Contracted plays"),
    "contracted-time": ("Janji waktu", "Contracted time"),
    "shown-plays": ("Tayang", "Shown plays"),
    "shown-time": ("Waktu tayang", "Shown time"),
    "seen-plays": ("Terlihat", "Seen plays"),
    "missed-plays": ("Kurang tayang", "Missed plays"),
    "missed-time": ("Kurang waktu", "Missed time"),
    "fulfilled": ("Terpenuhi", "Fulfilled"),
    "bookings": ("Pemesanan", "Bookings"),
    "by-panel": ("Menurut panel", "By panel"),
    "by-day": ("Menurut hari", "By day"),
    "airtime-lead": (
        "{kept} dari {all} pemesanan terpenuhi setiap hari.", "{kept} of {all} bookings were kept on every day."
    ),
    "airtime-none": (
        "Tidak ada pemesanan pada waktu ini; inilah yang tayang.", "There was no booking in this time; this is what was shown."
    ),
    "missed-broken": ("{n} terpotong atau gagal", "{n} cut or failed"),
    "missed-lost": ("{what} {time}", "{what} {time}"),
    "missed-not-placed": ("tidak cukup sering di daftar putar", "not often enough in the playlists"),
    "missed-item": ("tidak pernah tayang", "never shown"),
    "capped": (
        "Hari ini belum selesai dan tidak dihitung.", "Today is not over and is not counted."
    ),
    "items-lead": (
        "{items} konten tayang {plays} kali, bersama {time}.", "{items} items were shown {plays} times, {time} together."
    ),
    "nothing-shown": ("Tidak ada konten yang tayang.", "No item was shown."),
    # today
    "today-title": ("Pemesanan hari ini", "Today's bookings"),
    "today-lost": ("{n} tidak dapat dipenuhi lagi hari ini.", "{n} cannot be kept any more today."),
    "today-well": ("Semua masih dapat dipenuhi.", "All can still be kept."),
    "today-none": ("Tidak ada pemesanan hari ini.", "There is no booking today."),
    "so-far-head": ("Sejauh ini", "So far"),
    "expected": ("Perkiraan", "Expected"),
    "standing": ("Keadaan", "How it stands"),
    "standing-met": ("terpenuhi", "kept"),
    "standing-on-course": ("sesuai rencana", "on course"),
    "standing-behind": ("terlalu lambat", "too slow: will fall short"),
    "standing-lost": ("tidak dapat dipenuhi lagi", "cannot be kept any more"),
    # warnings
    "warn-late": (
        "{panel}: catatan baru sampai {when}; yang sesudahnya belum diterima.",
        "{panel}: its records have come until {when}; what follows has not been received.",
    ),
    "warn-never": ("{panel}: belum ada catatan.", "{panel}: no record has come yet."),
    "warn-clock": (
        "{panel}: {n} catatan dengan jam yang tidak dapat dipercaya tidak dihitung (panel-office confirm-span).",
        "{panel}: {n} records from a clock that could not be believed are not counted (panel-office confirm-span).",
    ),
    "warn-broken": ("{panel}: {detail}", "{panel}: {detail}"),
    # proof
    "proof": ("Dasar laporan ini", "What this report stands on"),
    "proof-head": (
        "{panel}: catatan 1 sampai {n}, rantai {chain}, kunci panel {key}, ditandatangani {when}",
        "{panel}: records 1 to {n}, chain {chain}, panel's key {key}, signed {when}",
    ),
    "proof-says": (
        "Tanda tangan membuktikan bahwa panel dengan kunci ini menulis catatan ini dalam urutan ini, dan bahwa sejak itu tidak "
        "satu pun diubah, dihapus, atau disisipkan. Tanda tangan tidak membuktikan bahwa ada orang yang melihat, dan tidak "
        "mengganti saksi: \"terlihat\" berarti komputer panel menemukan gambar itu menyala di layarnya sendiri.",
        "The signature proves that the panel with this key wrote these records in this order, and that none of them has been "
        "changed, removed or inserted since. It does not prove that anybody looked, and it is no witness: \"seen\" means that "
        "the panel's computer found the picture lit on its own screen.",
    ),
}  # fmt: skip

DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
           "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}  # fmt: skip


def words_in(language: str) -> Words:
    """The words of a language, asked for by their key, with values for what stands in braces."""
    column = 0 if language == "id" else 1

    def word(key: str, /, **values: object) -> str:
        return WORDS[key][column].format(**values)

    return word


def day_words(day: date, language: str) -> str:
    """`Kamis, 26 November 2026`."""
    return f"{DAYS[language][day.weekday()]}, {date_words(day, language)}"


def date_words(day: date, language: str) -> str:
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def moment_words(moment: datetime, language: str) -> str:
    """`26 November 2026 14:05`, with a dot between hours and minutes in Bahasa Indonesia."""
    clock = f"{moment:%H.%M}" if language == "id" else f"{moment:%H:%M}"
    return f"{date_words(moment, language)} {clock}"
