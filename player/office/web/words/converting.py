"""Why no film could be made of another: what office/prepare.py says in English, in Indonesian.

Knows: the sentences, `{}` for a part that stays. Touches nothing. Must not: lack one that a person may read there.
"""

from __future__ import annotations

CONVERTING = {
    "the film itself would be replaced": "filmnya sendiri akan tertimpa",
    "choose another folder with -o": "pilih folder lain dengan -o",
    "what was made of it could not be looked into ({})": "hasilnya tidak dapat diperiksa ({})",
    "nothing that can be shown came out of it ({})": "tidak ada yang dapat ditayangkan dari hasilnya ({})",
    "only {} of its {} s can be read: it is cut short or damaged": "hanya {} dari {} s yang terbaca: terpotong atau rusak",
    "ffmpeg does not get on with it": "ffmpeg tidak maju dengan film ini",
    "there is no room left on the disk for it": "tidak ada ruang lagi untuknya di disk",
    "make room and try again": "kosongkan ruang, lalu coba lagi",
    "it takes more memory or time than a film may": "memori atau waktu yang diperlukannya melebihi yang diperbolehkan",
    "export it again as MP4, not larger than 1920x1080": "ekspor lagi sebagai MP4, paling besar 1920x1080",
    "it ends ffmpeg ({}): it is damaged or hostile": "film ini menghentikan ffmpeg ({}): rusak atau berbahaya",
    "ffmpeg cannot be started here": "ffmpeg tidak dapat dijalankan di sini",
    "install it again (Debian: apt install ffmpeg)": "pasang lagi (Debian: apt install ffmpeg)",
    "ffmpeg is not on this computer": "ffmpeg tidak ada di komputer ini",
    "install it (Debian: apt install ffmpeg) and try again": "pasang (Debian: apt install ffmpeg), lalu coba lagi",
    "it could not be read within {} s": "tidak terbaca dalam {} s",
    "copy it to this computer first": "salin dulu ke komputer ini",
    "copy the film to this computer first": "salin dulu filmnya ke komputer ini",
    "ffprobe says nothing usable of it": "ffprobe tidak mengatakan apa pun yang berguna tentangnya",
    "export the film again as MP4": "ekspor lagi filmnya sebagai MP4",
    "export the film again as MP4 with H.264": "ekspor lagi filmnya sebagai MP4 dengan H.264",
    "export it again as MP4": "ekspor lagi sebagai MP4",
    "export it again": "ekspor lagi",
    "try again": "coba lagi",
    "it may not be read": "tidak boleh dibaca",
    "give yourself the right to read it": "beri diri Anda hak membacanya",
    "it is not there": "tidak ada di sana",
    "check its name": "periksa namanya",
    "it is a list of other files or addresses, or of a kind that is no film": (
        "ini daftar berkas atau alamat lain, atau jenis yang bukan film"
    ),
    "give the film itself": "berikan filmnya sendiri",
    "it is cut short (its index is missing)": "terpotong (indeksnya tidak ada)",
    "copy it again, or export it anew": "salin lagi, atau ekspor dari awal",
    "it is no film that can be read here: damaged, cut short or of another kind": (
        "ini bukan film yang dapat dibaca di sini: rusak, terpotong, atau jenis lain"
    ),
    "it is a picture, and a panel shows it as it is": "ini gambar, dan panel menayangkannya apa adanya",
    "put it into the folder": "letakkan di folder",
    "it has no moving picture": "tidak ada gambar bergerak di dalamnya",
    "it has no moving picture, only sound": "tidak ada gambar bergerak di dalamnya, hanya suara",
    "its picture cannot be decoded here": "gambarnya tidak dapat didekode di sini",
}
