"""Bahasa Indonesia for the wall of panels and the page of a panel: the English sentence on the left.

Knows: the sentences. Touches nothing. Must not: lack one (tests/office/web/test_words.py compares).
"""

from __future__ import annotations

from collections.abc import Mapping

_WALL = {
    "No panel yet": "Belum ada panel",
    "{n} of {everyone} panels needs attention": "{n} dari {everyone} panel perlu perhatian",
    "{n} of {everyone} panels need attention": "{n} dari {everyone} panel perlu perhatian",
    "{n} panel, and all is well": "{n} panel, semuanya baik",
    "{n} panels, all well": "{n} panel, semuanya baik",
    "{n} with a wrong picture or without a connection": "{n} gambarnya salah atau tidak terhubung",
    "{n} is well": "{n} baik",
    "{n} are well": "{n} baik",
    "as it was when the broker was lost": "keadaan saat broker terputus",
    "Group": "Kelompok",
    "All groups": "Semua kelompok",
    "Search panels": "Cari panel",
    "Panel, item or alert": "Panel, tayangan, atau masalah",
    "{shown} of {everyone} panels are shown": "{shown} dari {everyone} panel ditampilkan",
    "No panel fits.": "Tidak ada panel yang cocok.",
    "Show all panels": "Tampilkan semua panel",
    "No panel has reported here yet.": "Belum ada panel yang melapor ke sini.",
    "A panel appears by itself as soon as it reaches the broker. On the panel, panel-player check says what is in its way.": (
        "Panel muncul sendiri begitu mencapai broker. Di panel, panel-player check menyebutkan apa yang menghalangi."
    ),
    "The settings of this office name no broker (host = ...), so no panel can be seen or commanded.": (
        "Pengaturan kantor ini tidak menyebut broker (host = ...), jadi panel tidak dapat dilihat atau diperintah."
    ),
    "No picture yet": "Belum ada gambar",
    "Last:": "Terakhir:",
    "heard of at": "kabar terakhir",
    "until": "sampai",
    "Look at its files": "Lihat berkasnya",
    "Open the panel": "Buka panel",
    "and {n} more": "dan {n} lagi",
    "Answers of the panels": "Jawaban panel",
}
_BADGES = {
    "Not connected": "Terputus",
    "Silent": "Diam",
    "Not known": "Tidak diketahui",
    "Picture": "Gambar",
    "Look at this": "Perlu dilihat",
    "Urgent message": "Pesan darurat",
    "Paused": "Dijeda",
    "Black on purpose": "Hitam, disengaja",
    "Dark as planned": "Gelap terjadwal",
    "On command": "Atas perintah",
    "Nothing to play": "Tanpa tayangan",
    "On screen": "Tayang",
    "Nothing: the screen is dark": "Tidak ada: layar gelap",
    "A card: there is nothing to play": "Kartu: tidak ada yang dapat ditayangkan",
    "sent by {name}": "dikirim oleh {name}",
    "an urgent message": "pesan darurat",
}
_TROUBLES = {
    "The panel is not connected": "Panel tidak terhubung",
    "Its power, its network or its computer is off. The picture may still be on screen.": (
        "Listrik, jaringan, atau komputer panel mati. Gambar mungkin masih tayang."
    ),
    "Look at its power and its connection. It comes back here by itself.": (
        "Periksa listrik dan sambungannya. Panel kembali ke sini dengan sendirinya."
    ),
    "The panel has fallen silent": "Panel tidak memberi kabar",
    "It counts as connected, and has sent nothing for minutes.": (
        "Tercatat terhubung, tetapi beberapa menit tidak mengirim apa pun."
    ),
    "Ask it for an answer; look at its network.": "Minta jawabannya; periksa jaringannya.",
    "Not known whether the panel is on": "Tidak diketahui apakah panel menyala",
    "It has left reports, and never said that it is there.": "Ada laporannya, tetapi tidak pernah menyatakan diri hadir.",
    "Look whether its broker account may write its state.": "Periksa apakah akun brokernya boleh menulis topik state.",
    "There is nothing to play": "Tidak ada yang dapat ditayangkan",
    "Put films or pictures into its folder; look at the sync tool.": (
        "Taruh film atau gambar di foldernya; periksa alat sinkronisasi."
    ),
    "It sent a report that cannot be read": "Panel mengirim laporan yang tidak terbaca",
    "Look which version it runs; bring the panel and this office to the same one.": (
        "Lihat versinya; samakan versi panel dan kantor."
    ),
}
_COMMANDS = {
    "Commands": "Perintah",
    "Command": "Perintah",
    "Previous item": "Tayangan sebelumnya",
    "Next item": "Tayangan berikutnya",
    "Pause": "Jeda",
    "Resume": "Lanjutkan",
    "Take this item down": "Turunkan tayangan ini",
    "End message": "Akhiri pesan",
    "Make black": "Hitamkan",
    "End black": "Akhiri hitam",
    "Show its name": "Tampilkan namanya",
    "Test pattern": "Pola uji",
    "Volume": "Volume",
    "Brightness": "Kecerahan",
    "Scan the folder again": "Pindai folder lagi",
    "Back to the content before": "Kembali ke konten sebelumnya",
    "Ask for an answer": "Minta jawaban",
    "Ask for a report": "Minta laporan",
    "Read its log": "Baca lognya",
    "Restart the player": "Mulai ulang pemutar",
    "Restart the computer": "Mulai ulang komputer",
    "Take this item off {panel} at once? It is skipped until new content comes.": (
        "Turunkan tayangan ini dari {panel} sekarang juga? Tayangan dilewati sampai ada konten baru."
    ),
    "Make {panel} black? It stays black until somebody ends that, also after a restart.": (
        "Hitamkan {panel}? Layar tetap hitam sampai ada yang mengakhirinya, juga setelah mulai ulang."
    ),
    "Show the test pattern on {panel}? Everybody in the street sees it for 30 seconds.": (
        "Tampilkan pola uji di {panel}? Semua orang di jalan melihatnya selama 30 detik."
    ),
    "Go back to the content before on {panel}? That stays until the folder changes.": (
        "Kembali ke konten sebelumnya di {panel}? Itu berlaku sampai foldernya berubah."
    ),
    "Restart the player of {panel}? The last picture stays on screen meanwhile.": (
        "Mulai ulang pemutar {panel}? Gambar terakhir tetap tampil sementara itu."
    ),
    "Restart the computer of {panel}? Its screen is dark for a minute or two.": (
        "Mulai ulang komputer {panel}? Layarnya gelap satu atau dua menit."
    ),
    "Yes: {what}": "Ya: {what}",
    "No": "Tidak",
    "Close": "Tutup",
    "Brightness, 0 to 100, or auto": "Kecerahan, 0 sampai 100, atau auto",
    "Volume, 0 to 100": "Volume, 0 sampai 100",
    "Set brightness": "Atur kecerahan",
    "Set volume": "Atur volume",
    "also after a restart": "juga setelah mulai ulang",
    "The screen itself": "Layarnya",
    "Its content": "Kontennya",
    "The computer": "Komputernya",
    "Buttons with … ask once more before they do it.": "Tombol dengan … bertanya sekali lagi sebelum melakukannya.",
    "Your account looks at panels and does not command them. An operator can.": (
        "Akun Anda melihat panel dan tidak memerintahnya. Operator dapat."
    ),
    "This page has no such button.": "Halaman ini tidak punya tombol itu.",
    "No item is on screen that could be taken down.": "Tidak ada tayangan di layar yang dapat diturunkan.",
    "Write a whole number from 0 to 100.": "Tulis bilangan bulat dari 0 sampai 100.",
    "The panel would refuse this: {why}": "Panel akan menolak ini: {why}",
    "the console has no connection to the broker": "konsol tidak terhubung ke broker",
    "no panel is chosen": "tidak ada panel yang dipilih",
    "It could not be sent: {why}": "Tidak dapat dikirim: {why}",
    "No panel of this name has been heard of.": "Tidak ada panel dengan nama ini.",
    "This command was not sent from here, or too long ago.": "Perintah ini tidak dikirim dari sini, atau sudah terlalu lama.",
}
_ANSWERS = {
    "Sent. Waiting for the panel.": "Terkirim. Menunggu panel.",
    "No answer. The panel may be off; it does not obey later than a minute.": (
        "Tidak ada jawaban. Panel mungkin mati; perintah tidak dijalankan lebih dari semenit kemudian."
    ),
    "The panel took it and is at work.": "Panel menerimanya dan sedang bekerja.",
    "The panel took it, and has not said how it ended.": "Panel menerimanya, dan belum memberi tahu hasilnya.",
    "Done.": "Selesai.",
    "Its newest lines:": "Baris terbarunya:",
    "It did not work.": "Tidak berhasil.",
    "The panel refused it.": "Panel menolaknya.",
    "This panel's settings do not allow that command from the office.": (
        "Pengaturan panel ini tidak mengizinkan perintah itu dari kantor."
    ),
    "The panel got too many commands in this minute; try again in a moment.": (
        "Panel menerima terlalu banyak perintah pada menit ini; coba lagi sebentar."
    ),
    "It came too late at the panel; look at the clocks of the panel and of this computer.": (
        "Terlambat sampai di panel; periksa jam panel dan jam komputer ini."
    ),
    "This panel runs an older version that does not know this command.": (
        "Panel ini memakai versi lama yang tidak mengenal perintah ini."
    ),
    "Log of {panel}": "Log {panel}",
}
_DAY = {
    "Today": "Hari ini",
    "Planned": "Rencana",
    "Shown": "Tayang nyata",
    "{share} % of what is known went as planned": "{share} % dari yang diketahui sesuai rencana",
    "message or another command": "pesan atau perintah lain",
    "the player's card": "kartu pemutar",
    "dark as planned": "gelap terjadwal",
    "black on purpose": "hitam, disengaja",
    "fault": "gangguan",
    "off": "mati",
    "The same as a list": "Sama, sebagai daftar",
    "No folder in this console's settings goes to this panel, so its plan is not known here.": (
        "Tidak ada folder dalam pengaturan konsol ini yang menuju ke panel ini, jadi rencananya tidak diketahui di sini."
    ),
    "The folder {folder} cannot be read just now, so the plan is not known here.": (
        "Folder {folder} sedang tidak dapat dibaca, jadi rencananya tidak diketahui di sini."
    ),
    "Planned by the folder {folder}; but the panel plays what came on a stick, by its plan.": (
        "Rencana menurut folder {folder}; tetapi panel menayangkan isi dari flash disk, menurut rencananya sendiri."
    ),
    "Planned by the folder {folder}, as it lies there now.": "Rencana menurut folder {folder} sebagaimana adanya sekarang.",
    "From the records, and since the last ones from what was heard.": (
        "Dari catatan, dan sejak catatan terakhir dari kabar yang terdengar."
    ),
    "From what was heard since this console runs; there are no records of this panel.": (
        "Dari kabar yang terdengar sejak konsol ini berjalan; tidak ada catatan panel ini."
    ),
}
_FACTS = {
    "What is on screen": "Yang tayang",
    "The picture comes when the panel has sent it: at most twice a minute.": (
        "Gambar muncul setelah dikirim panel: paling banyak dua kali semenit."
    ),
    "What to do:": "Yang harus dilakukan:",
    "Plays from": "Sumber",
    "the content folder": "folder konten",
    "a USB stick": "stik USB",
    "none yet": "belum ada",
    "release {n}": "rilis {n}",
    "serial {n}": "nomor seri {n}",
    "Since": "Sejak",
    "Files": "Berkas",
    "Being copied": "Sedang disalin",
    "{done} of {total} files, {bytes} of {all_bytes}": "{done} dari {total} berkas, {bytes} dari {all_bytes}",
    "{span} left": "sisa {span}",
    "It waits for": "Menunggu",
    "Left out, and why": "Tidak ditayangkan, dan sebabnya",
    "Skipped, as it failed twice": "Dilewati, karena dua kali gagal",
    "Everything in the folder is there and can be played.": "Semua isi folder lengkap dan dapat ditayangkan.",
    "No report has come from this panel yet.": "Belum ada laporan dari panel ini.",
    "Health, the last 24 hours": "Kesehatan, 24 jam terakhir",
    "Processor": "Prosesor",
    "Memory": "Memori",
    "Temperature": "Suhu",
    "Free on the disk": "Sisa disk",
    "{least} to {most}": "{least} sampai {most}",
    "Nothing heard yet": "Belum ada kabar",
    "Heard since this console runs; it forgets after a day and at its own restart.": (
        "Terdengar sejak konsol ini berjalan; dilupakan setelah sehari dan saat konsol mulai ulang."
    ),
    "Running text": "Teks berjalan",
    "Groups": "Kelompok",
    "Size": "Ukuran",
    "{size}, turned by {degrees}°": "{size}, diputar {degrees}°",
    "Pixels": "Piksel",
    "black": "hitam",
    "lit, and they move": "menyala dan bergerak",
    "lit, and they stand still": "menyala dan diam",
    "Clock": "Jam",
    "right, by a time server": "benar, dari server waktu",
    "plausible, without a time server": "masuk akal, tanpa server waktu",
    "wrong: timed rules are not obeyed": "salah: aturan berjam tidak dijalankan",
    "Running for": "Menyala selama",
    "Items shown": "Tayangan tampil",
    "Failures": "Kegagalan",
    "Restarts of decoders": "Dekoder mulai ulang",
    "Version": "Versi",
}
WORDS: Mapping[str, str] = {**_WALL, **_BADGES, **_TROUBLES, **_COMMANDS, **_ANSWERS, **_DAY, **_FACTS}
