"""Why a bundle is refused: every reason with its own fixed number, three words for the strip, and a remedy.

Knows: the one table that the strip, the log, the receipts, the office's commands and the manuals use.
Touches nothing. Must not: change a number that was ever printed; a new reason gets a new number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Why(IntEnum):
    """1x who signed it, 2x the manifest, 3x for this panel and this day, 4x its files, 5x stick and panel."""

    UNSIGNED = 11
    WRONG_SIGNATURE = 12
    UNKNOWN_KEY = 13
    SIGNATURE_DAMAGED = 14
    LINE_ENDS_CHANGED = 15
    NO_KEYS = 16
    NO_MANIFEST = 21
    MANIFEST_TOO_LARGE = 22
    MANIFEST_INVALID = 23
    UNKNOWN_FORMAT = 24
    PATH_FORBIDDEN = 25
    PATHS_CLASH = 26
    OTHER_PANEL = 31
    OLDER_SERIAL = 32
    NOT_YET_VALID = 33
    NO_LONGER_VALID = 34
    GIVEN_UP = 35
    FILE_MISSING = 41
    FILE_CHANGED = 42
    NOT_A_FILE = 43
    NOTHING_PLAYABLE = 44
    PANEL_FULL = 51
    UNREADABLE = 52
    TOO_SLOW = 53
    NOT_OURS = 54
    SWITCHED_OFF = 55
    FORMAT_UNREAD = 56
    PANEL_FAULT = 59


@dataclass(frozen=True, slots=True)
class Refusal:
    """words_*: exactly three words for the strip. reason, remedy: sentences without a full stop (*_id: Indonesian)."""

    why: Why
    words_en: str
    words_id: str
    reason: str
    remedy: str
    reason_id: str
    remedy_id: str

    @property
    def number(self) -> int:
        return int(self.why)

    def words(self, language: str) -> str:
        return self.words_id if language == "id" else self.words_en


_ROWS = (
    Refusal(Why.UNSIGNED, "NO SIGNATURE FOUND", "TANPA TANDA TANGAN",
            "the bundle is not signed", "sign the folder at the office (panel-office sign) and copy it again",
            "isi belum ditandatangani", "tandatangani folder di kantor (panel-office sign), lalu salin lagi"),
    Refusal(Why.WRONG_SIGNATURE, "SIGNATURE IS WRONG", "TANDA TANGAN SALAH",
            "the manifest was changed after it was signed", "sign the folder again at the office and copy it again",
            "manifes berubah setelah ditandatangani", "tandatangani lagi di kantor, lalu salin lagi"),
    Refusal(Why.UNKNOWN_KEY, "KEY NOT KNOWN", "KUNCI TIDAK DIKENAL",
            "the bundle is signed with a key that this panel does not know",
            "sign it with the office's key, or add that key to trust.keys of the panel",
            "ditandatangani dengan kunci yang tidak dikenal panel ini",
            "tandatangani dengan kunci kantor, atau tambahkan kuncinya di trust.keys panel"),
    Refusal(Why.SIGNATURE_DAMAGED, "SIGNATURE FILE DAMAGED", "TANDA TANGAN RUSAK",
            "manifest.json.minisig cannot be read as a minisign signature", "sign again and copy again",
            "manifest.json.minisig bukan tanda tangan minisign yang utuh", "tandatangani lagi, lalu salin lagi"),
    Refusal(Why.LINE_ENDS_CHANGED, "LINE ENDS CHANGED", "AKHIR BARIS BERUBAH",
            "a program changed the line ends of manifest.json (CRLF) after it was signed",
            "copy the folder with panel-office stick, not through an editor, mail or git",
            "sebuah program mengubah akhir baris manifest.json (CRLF) setelah ditandatangani",
            "salin dengan panel-office stick, jangan lewat editor, surel, atau git"),
    Refusal(Why.NO_KEYS, "PANEL LACKS KEYS", "PANEL TANPA KUNCI",
            "only signed content may play here, but the panel has no key to check it with",
            "put the office's public key into trust.keys of the panel",
            "panel hanya menerima isi bertanda tangan, tetapi belum punya kunci untuk memeriksanya",
            "isi trust.keys panel dengan kunci publik kantor"),
    Refusal(Why.NO_MANIFEST, "NO MANIFEST FOUND", "TANPA BERKAS MANIFES",
            "the panel folder holds no manifest.json", "sign the folder at the office and copy all of it",
            "folder panel tidak berisi manifest.json", "tandatangani folder di kantor, lalu salin seluruhnya"),
    Refusal(Why.MANIFEST_TOO_LARGE, "MANIFEST TOO LARGE", "MANIFES TERLALU BESAR",
            "manifest.json is larger than 1 MiB", "put fewer files into one bundle (about 7,000 are possible)",
            "manifest.json lebih besar dari 1 MiB", "kurangi jumlah berkas (paling banyak sekitar 7.000)"),
    Refusal(Why.MANIFEST_INVALID, "MANIFEST NOT VALID", "MANIFES TIDAK SAH",
            "manifest.json does not say what a manifest must say", "make it with panel-office sign, do not edit it",
            "isi manifest.json tidak sesuai aturan", "buat dengan panel-office sign, jangan disunting"),
    Refusal(Why.UNKNOWN_FORMAT, "FORMAT NOT KNOWN", "FORMAT TIDAK DIKENAL",
            "the manifest is of a format that this player does not know", "update the player on the panel",
            "format manifes tidak dikenal pemutar ini", "perbarui pemutar di panel"),
    Refusal(Why.PATH_FORBIDDEN, "FILE NAME FORBIDDEN", "NAMA BERKAS TERLARANG",
            "a file name in the manifest is absolute, climbs out of the folder or cannot be a name",
            "rename the file and sign again",
            "nama berkas di manifes absolut, keluar dari folder, atau tidak bisa menjadi nama",
            "ganti nama berkas itu, lalu tandatangani lagi"),
    Refusal(Why.PATHS_CLASH, "FILE NAMES CLASH", "NAMA BERKAS BENTROK",
            "two files in the manifest differ only in upper and lower case, or are one and the same",
            "rename one of the two and sign again",
            "dua berkas hanya berbeda huruf besar dan kecil, atau sama persis",
            "ganti nama salah satunya, lalu tandatangani lagi"),
    Refusal(Why.OTHER_PANEL, "FOR ANOTHER PANEL", "UNTUK PANEL LAIN",
            "the bundle is signed for another panel", "take this panel's stick, or sign with --panel for this one",
            "isi ini ditandatangani untuk panel lain", "pakai USB untuk panel ini, atau tandatangani dengan --panel"),
    Refusal(Why.OLDER_SERIAL, "OLDER THAN CURRENT", "NOMOR SERI LAMA",
            "the bundle is older than the last one that this panel accepted",
            "sign the folder again; that raises its serial number",
            "isi ini lebih lama daripada yang terakhir diterima panel",
            "tandatangani lagi; nomor serinya akan naik"),
    Refusal(Why.NOT_YET_VALID, "NOT YET VALID", "BELUM MULAI BERLAKU",
            "the bundle is valid only from a later day on",
            "wait, sign with an earlier --from, or set the panel's clock",
            "isi ini baru berlaku nanti", "tunggu, tandatangani dengan --from lebih awal, atau setel jam panel"),
    Refusal(Why.NO_LONGER_VALID, "NO LONGER VALID", "SUDAH TIDAK BERLAKU",
            "the bundle's last day is over", "sign again with a later --until, or set the panel's clock",
            "masa berlaku isi ini sudah habis", "tandatangani lagi dengan --until lebih lama, atau setel jam panel"),
    Refusal(Why.GIVEN_UP, "PANEL WENT BACK", "PANEL SUDAH MUNDUR",
            "the panel went back from just this bundle (rollback)", "sign the folder again; that raises its serial number",
            "panel sudah kembali dari isi ini ke isi sebelumnya (rollback)",
            "tandatangani lagi; nomor serinya akan naik"),
    Refusal(Why.FILE_MISSING, "FILE IS MISSING", "ADA BERKAS HILANG",
            "a file that the manifest names is not there", "copy the whole folder again (panel-office stick)",
            "berkas yang disebut manifes tidak ada", "salin lagi seluruh folder (panel-office stick)"),
    Refusal(Why.FILE_CHANGED, "FILE WAS CHANGED", "ISI BERKAS BERUBAH",
            "a file is not the one that was signed",
            "copy the whole folder again; if it happens again, use another stick",
            "isi berkas bukan yang ditandatangani", "salin lagi seluruh folder; bila terulang, ganti USB"),
    Refusal(Why.NOT_A_FILE, "NOT ORDINARY FILE", "BUKAN BERKAS BIASA",
            "something in the bundle is a link, a device or a folder where a file must be", "copy real files only",
            "ada tautan, perangkat, atau folder di tempat berkas", "salin berkas biasa saja"),
    Refusal(Why.NOTHING_PLAYABLE, "NOTHING TO PLAY", "TIDAK ADA TAYANGAN",
            "no playlist with a usable picture or film is in the bundle",
            "look at the list of problems (panel-office sign)",
            "tidak ada daftar putar dengan gambar atau film yang bisa diputar",
            "lihat daftar masalah (panel-office sign)"),
    Refusal(Why.PANEL_FULL, "PANEL IS FULL", "PANEL SUDAH PENUH",
            "the panel has not enough room for the bundle", "use smaller files, or a larger disk in the panel",
            "ruang di panel tidak cukup", "perkecil berkas, atau pasang disk lebih besar di panel"),
    Refusal(Why.UNREADABLE, "STICK NOT READABLE", "USB TIDAK TERBACA",
            "the stick gives read errors", "pull it, plug it in again; if it happens again, use another stick",
            "USB gagal dibaca", "cabut lalu pasang lagi; bila terulang, ganti USB"),
    Refusal(Why.TOO_SLOW, "STICK TOO SLOW", "USB TERLALU LAMBAT",
            "the stick is read very slowly; it is not refused, only slow", "wait, or come back with a faster stick",
            "USB dibaca sangat lambat; tidak ditolak, hanya lambat", "tunggu, atau pakai USB yang lebih cepat"),
    Refusal(Why.NOT_OURS, "NO PANEL FOLDER", "TANPA FOLDER PANEL",
            "the stick has no folder called panel", "copy with panel-office stick, which makes that folder",
            "USB tidak berisi folder bernama panel", "salin dengan panel-office stick, yang membuat folder itu"),
    Refusal(Why.SWITCHED_OFF, "STICKS SWITCHED OFF", "USB TIDAK DIPAKAI",
            "this panel is set not to read sticks", "set usb.mode to fallback or newest on the panel",
            "panel ini disetel untuk tidak membaca USB", "setel usb.mode panel ke fallback atau newest"),
    Refusal(Why.FORMAT_UNREAD, "STICK FORMAT UNKNOWN", "FORMAT USB SALAH",
            "the stick is damaged, or formatted as something that panels do not read (NTFS, APFS)",
            "format it as exfat at the office, or use another stick",
            "USB rusak, atau diformat dengan sistem yang tidak dibaca panel (NTFS, APFS)",
            "format sebagai exfat di kantor, atau ganti USB"),
    Refusal(Why.PANEL_FAULT, "FAULT IN PANEL", "GANGGUAN PADA PANEL",
            "the panel itself could not take the bundle over",
            "plug the stick in again; if it stays so, call the office",
            "panel gagal mengambil isi USB", "pasang USB lagi; bila tetap begitu, hubungi kantor"),
)  # fmt: skip

REFUSALS: dict[Why, Refusal] = {row.why: row for row in _ROWS}


class BundleRefused(Exception):
    """The bundle is not taken. `detail` names the file, serial or date at fault; "" when the reason says it all."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.refusal = REFUSALS[why]
        self.detail = detail
        super().__init__(self.spell_out("en"))

    @property
    def why(self) -> Why:
        return self.refusal.why

    def spell_out(self, language: str) -> str:
        """`refused (12): the manifest was changed ...; sign the folder again ...`"""
        first = "ditolak" if language == "id" else "refused"
        reason = self.refusal.reason_id if language == "id" else self.refusal.reason
        remedy = self.refusal.remedy_id if language == "id" else self.refusal.remedy
        between = f" ({self.detail})" if self.detail else ""
        return f"{first} ({self.refusal.number}): {reason}{between}; {remedy}"


def spoken_refusals() -> dict[str, str]:
    """English -> Indonesian of what a refused bundle is told with: this table has both languages."""
    said = {}
    for row in REFUSALS.values():
        said[f"refused ({row.number})"] = f"ditolak ({row.number})"
        said[f"USB stick {{}} refused ({row.number})"] = f"USB {{}} ditolak ({row.number})"
        for english, other in ((row.reason, row.reason_id), (row.remedy, row.remedy_id)):
            said |= zip(english.split("; "), other.split("; "), strict=False)
            said |= {english: other, f"{english.split('; ')[-1]} ({{}})": f"{other.split('; ')[-1]} ({{}})"}
    return said
