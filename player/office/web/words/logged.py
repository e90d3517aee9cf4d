"""What the log of what was done says, in Bahasa Indonesia: the log itself is kept in English, as the panels' logs are.

Knows: the lines that pages write; `{}` is a part that stays, or a word of the table. Pure: touches nothing.
Must not: change what is kept, or what is fetched as CSV.
"""

from __future__ import annotations

from player.base.catalogue import Catalogue

WHAT_WAS_DONE: dict[str, str] = {
    "added an account": "membuat akun",
    "changed the name": "mengubah nama",
    "changed the password": "mengganti kata sandi",
    "changed the role": "mengubah peran",
    "gave a new password": "memberi kata sandi baru",
    "closed the account": "menutup akun",
    "opened the account again": "membuka akun lagi",
    "set up the second factor": "memasang faktor kedua",
    "took away the second factor": "mencabut faktor kedua",
    "signed in with a recovery code": "masuk dengan kode pemulihan",
    "signed out everywhere else": "keluar di semua tempat lain",
    "fetched the log": "mengambil log",
    "send {}": "mengirim {}",
    "urgent message": "pesan darurat",
    "end of an urgent message": "akhir pesan darurat",
    "template of urgent messages": "templat pesan darurat",
    "report": "laporan",
    "check of the records": "pemeriksaan catatan",
    "receipts of a stick": "tanda terima stik",
    "stick": "stik",
    "draft: {}": "draf: {}",
    "publish": "menerbitkan",
    "publish: {}": "menerbitkan: {}",
    "added": "ditambahkan",
    "changed": "diubah",
    "removed": "dihapus",
    "renamed": "diganti nama",
    "undone": "dibatalkan",
    "discarded": "dibuang",
    "thrown away": "dibuang",
    "conflict settled": "perbedaan diselesaikan",
    "conversion begun": "konversi dimulai",
    "file removed": "berkas dihapus",
    "file renamed": "berkas diganti nama",
    "playlist removed": "daftar putar dihapus",
    "playlist": "daftar putar",
    "schedule": "jadwal",
    "second yes asked for": "persetujuan kedua diminta",
    "draft: second yes: {}": "draf: persetujuan kedua: {}",
    "upload begun": "unggahan dimulai",
    "upload cancelled": "unggahan dibatalkan",
    "upload refused": "unggahan ditolak",
    "uploaded": "diunggah",
    "yes": "ya",
    "no": "tidak",
}
WITH_WHAT_RESULT: dict[str, str] = {
    "done": "selesai",
    "sent": "terkirim",
    "not sent: {}": "tidak terkirim: {}",
    "as {}": "sebagai {}",
    "viewer": "pemantau",
    "editor": "penyunting",
    "operator": "operator",
    "admin": "admin",
    "{} sessions ended": "{} sesi diakhiri",
    "{} other sessions ended": "{} sesi lain diakhiri",
    "{} codes left": "tersisa {} kode",
    "kept": "disimpan",
    "downloaded": "diunduh",
    "begun": "dimulai",
    "waits for a second yes": "menunggu persetujuan kedua",
    "stopped: the folder was changed meanwhile": "dihentikan: foldernya berubah sementara itu",
    "refused: {}": "ditolak: {}",
    "sent; asked for by {}": "terkirim; diminta oleh {}",
    "refused; asked for by {}": "ditolak; diminta oleh {}",
    "{} receipts, {} batches of records taken in": "{} tanda terima, {} kelompok catatan diambil",
    "accepted": "diterima",
    "failed": "gagal",
    "rejected": "ditolak",
}
LOGGED = {**WHAT_WAS_DONE, **WITH_WHAT_RESULT}


def logged_in(language: str) -> Catalogue:
    """Says a line's `what` or `result` in the language; what is not in the table stays as it is."""
    return Catalogue(LOGGED, LOGGED) if language == "id" else Catalogue({})
