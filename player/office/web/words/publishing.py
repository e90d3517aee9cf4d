"""Words of the content: what cannot be, what publishing changes and when. English -> Indonesian.

Knows: the sentences of office/web/content. Touches nothing. Must not: hold a page's own words.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # ---- faults
    "The folder {name} is signed: panels take only what was signed. Change it where the key is, and sign it there with "
    "panel-office sign": "Folder {name} bertanda tangan: panel hanya menerima yang sudah ditandatangani. Ubah di tempat kuncinya "
    "berada, lalu tanda tangani di sana dengan panel-office sign",
    "There is no folder called {name}": "Tidak ada folder bernama {name}",
    "The folder cannot be read: {why}": "Folder tidak dapat dibaca: {why}",
    "A file of the folder cannot be looked into now: {why}": "Satu berkas di folder tidak dapat diperiksa sekarang: {why}",
    "{path} is not there any more": "{path} sudah tidak ada",
    "{path} is too large to be edited here": "{path} terlalu besar untuk disunting di sini",
    "{path} is used in {where}; take it out there first": "{path} dipakai di {where}; keluarkan dulu dari sana",
    "The ending of a name says what the file is; keep {ending}": "Akhiran nama menunjukkan jenis berkas; biarkan {ending}",
    "There is already a file called {path}": "Sudah ada berkas bernama {path}",
    "{path} is written by panel-office sign only": "{path} hanya ditulis oleh panel-office sign",
    "This is not a place in the folder": "Ini bukan tempat di dalam folder",
    "{path} is a link, and links are not followed": "{path} adalah tautan, dan tautan tidak diikuti",
    "Nothing was changed, so there is nothing to publish": "Tidak ada yang diubah, jadi tidak ada yang diterbitkan",
    "There is no room in the folder: {needed} MB are needed, {free} MB are free":
        "Tidak ada ruang di folder: perlu {needed} MB, tersisa {free} MB",
    "{most} films wait to be converted; wait until some are done":
        "{most} film menunggu untuk diubah; tunggu sampai beberapa selesai",
    # ---- playlists
    "There is no such place in the playlist": "Tidak ada tempat itu di daftar putar",
    "A stream has no end of its own; say for how many seconds it is shown":
        "Siaran tidak punya akhir sendiri; tulis berapa detik ia ditayangkan",
    "This playlist cannot be edited here": "Daftar putar ini tidak dapat disunting di sini",
    "There is no such item in the playlist any more": "Butir itu sudah tidak ada di daftar putar",
    "A playlist cannot name a file whose name holds line ends or broken letters":
        "Daftar putar tidak dapat menyebut berkas yang namanya berisi ganti baris atau huruf rusak",
    "An item is shown for 1 second to one day": "Satu butir ditayangkan 1 detik sampai satu hari",
    "A title has at most {most} characters": "Judul paling banyak {most} huruf",
    "The volume goes from 0 to 100": "Volume dari 0 sampai 100",
    "Choose contain, cover or stretch": "Pilih contain, cover, atau stretch",
    "Write the day as 2026-12-31, or with its hour as 2026-12-31T18:00":
        "Tulis tanggal seperti 2026-12-31, atau dengan jamnya seperti 2026-12-31T18:00",
    "The end lies before the beginning, so it would never play": "Akhirnya sebelum awalnya, jadi tidak pernah tayang",
    "This playlist has lines that the console does not understand; it is shown as it is and left alone":
        "Daftar putar ini punya baris yang tidak dipahami konsol; ditampilkan apa adanya dan tidak diubah",
    "This playlist is too long to be edited here; it is left to the program that made it":
        "Daftar putar ini terlalu panjang untuk disunting di sini; biarkan program yang membuatnya",
    "This is an XSPF playlist, as VLC saves it: it is shown with what it means; edit it with VLC":
        "Ini daftar putar XSPF, seperti disimpan VLC: ditampilkan beserta artinya; sunting dengan VLC",
    "This playlist is larger than 32 MB; no panel reads it": "Daftar putar ini lebih dari 32 MB; tidak ada panel yang membacanya",
    "This is no plain text, so no panel can read it as a playlist; save it as plain text, a file name on each line":
        "Ini bukan teks biasa, jadi tidak ada panel yang dapat membacanya sebagai daftar putar; simpan sebagai teks biasa, satu "
        "nama berkas tiap baris",
    "This playlist is saved as UTF-16; save it as UTF-8 and it can be edited here":
        "Daftar putar ini disimpan sebagai UTF-16; simpan sebagai UTF-8, lalu dapat disunting di sini",
    # ---- the schedule
    "A rule keeps its kind; drop it and add another one": "Jenis aturan tidak berubah; hapus dan tambahkan yang lain",
    "There is no such place in the schedule": "Tidak ada tempat itu di jadwal",
    "No time zone is called {name}; write one like Asia/Jakarta":
        "Tidak ada zona waktu bernama {name}; tulis seperti Asia/Jakarta",
    "There is no such rule in the schedule any more": "Aturan itu sudah tidak ada di jadwal",
    "Choose the playlist that plays": "Pilih daftar putar yang tayang",
    "Write the running text, or name the file that holds it": "Tulis teks berjalannya, atau sebutkan berkas yang berisi teks itu",
    "{hour} is no time of the day; write it like 18:30": "{hour} bukan jam; tulis seperti 18:30",
    "Beginning and end are the same; leave both empty for the whole day":
        "Awal dan akhir sama; kosongkan keduanya untuk sepanjang hari",
    "The last day lies before the first day": "Hari terakhir sebelum hari pertama",
    "A priority goes from -{most} to {most}": "Prioritas dari -{most} sampai {most}",
    "Choose days from Monday to Sunday": "Pilih hari dari Senin sampai Minggu",
    "This rule cannot be read; drop it, or mend it in a text editor":
        "Aturan ini tidak dapat dibaca; hapus, atau perbaiki di penyunting teks",
    "This schedule has lines that the console does not understand; it is shown as it is and left alone":
        "Jadwal ini punya baris yang tidak dipahami konsol; ditampilkan apa adanya dan tidak diubah",
    "This schedule is larger than 1 MB; no panel reads it": "Jadwal ini lebih dari 1 MB; tidak ada panel yang membacanya",
    "This schedule is no UTF-8 text; save it as UTF-8 and it can be edited here":
        "Jadwal ini bukan teks UTF-8; simpan sebagai UTF-8, lalu dapat disunting di sini",
    # ---- uploads
    "The file is empty": "Berkas kosong",
    "The file is larger than 50 GB": "Berkas lebih dari 50 GB",
    "{most} uploads are under way; finish or cancel some first":
        "{most} unggahan sedang berjalan; selesaikan atau batalkan beberapa dulu",
    "A part of a file has at most {most} MB": "Satu bagian berkas paling banyak {most} MB",
    "The file is longer than it was said to be; begin again": "Berkas lebih panjang daripada yang disebutkan; mulai lagi",
    "The file was damaged on its way; upload it again": "Berkas rusak di perjalanan; unggah lagi",
    "It could not be looked into now ({why}); try again": "Tidak dapat diperiksa sekarang ({why}); coba lagi",
    "This upload is not known any more; begin it again": "Unggahan ini sudah tidak dikenal; mulai lagi",
    "This upload is somebody else's": "Unggahan ini milik orang lain",
    "There is no room for it on the office's computer: {free} MB are free":
        "Tidak ada ruang untuknya di komputer kantor: tersisa {free} MB",
    # ---- what publishing changes
    "planned darkness": "gelap terencana",
    "the main playlist": "daftar putar utama",
    "On {n} days from {day} to {last}, {begins} to {ends}: {after} instead of {before}":
        "Pada {n} hari dari {day} sampai {last}, {begins} sampai {ends}: {after}, bukan {before}",
    "{day}, {begins} to {ends}: {after} instead of {before}": "{day}, {begins} sampai {ends}: {after}, bukan {before}",
    "From {day}, {begins} until {last}, {ends}: {after} instead of {before}":
        "Dari {day}, {begins} sampai {last}, {ends}: {after}, bukan {before}",
    "{name} is no more": "{name} tidak ada lagi",
    "{name} is new": "{name} baru",
    "{item} comes into {name}": "{item} masuk ke {name}",
    "{item} comes into {name}, from {first} to {last}": "{item} masuk ke {name}, {first} sampai {last}",
    "{item} comes into {name}, from {first} on": "{item} masuk ke {name}, mulai {first}",
    "{item} comes into {name}, until {last}": "{item} masuk ke {name}, sampai {last}",
    "{n} item comes into {name}": "{n} butir masuk ke {name}",
    "{n} items come into {name}": "{n} butir masuk ke {name}",
    "{item} leaves {name}": "{item} keluar dari {name}",
    "{n} item leaves {name}": "{n} butir keluar dari {name}",
    "{n} items leave {name}": "{n} butir keluar dari {name}",
    "{n} item of {name} has another place": "{n} butir di {name} pindah tempat",
    "{n} items of {name} have other places": "{n} butir di {name} pindah tempat",
    "and {n} more changes of items in {name}": "dan {n} perubahan butir lagi di {name}",
    "{item} in {name} is another film or picture under the same name":
        "{item} di {name} menjadi film atau gambar lain dengan nama yang sama",
    "not said": "tidak disebut",
    "{item} in {name}: {what} {before} becomes {after}": "{item} di {name}: {what} {before} menjadi {after}",
    "its seconds:": "detiknya:",
    "its volume:": "volumenya:",
    "how it fills the screen:": "cara mengisi layar:",
    "shown from:": "tayang mulai:",
    "shown until:": "tayang sampai:",
    "its title:": "judulnya:",
    "its pages:": "halamannya:",
    "{name} is not on screen within the coming 14 days": "{name} tidak tayang dalam 14 hari ke depan",
    "{name} is on screen from {day}, {clock}, as soon as a panel has all of it":
        "{name} tayang mulai {day}, {clock}, begitu panel punya semuanya",
    "The running text ends": "Teks berjalan berakhir",
    "A running text begins: {text}": "Teks berjalan dimulai: {text}",
    "The running text changes: {text}": "Teks berjalan berubah: {text}",
    "Nothing on any screen changes within the coming 14 days": "Tidak ada yang berubah di layar mana pun dalam 14 hari ke depan",
    "Each panel fetches {size}; it goes on with what it has until all of it is there":
        "Tiap panel mengambil {size}; ia tetap menayangkan yang ada sampai semuanya lengkap",
}  # fmt: skip
