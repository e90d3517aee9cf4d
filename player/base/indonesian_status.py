"""Indonesian for `panel-player status` and for the alerts: what a technician reads on the panel, and the office in its messages.

Knows: the sentences of cli/status.py, core/alerts.py, core/office/health.py and machine/. Touches nothing.
Must not: be read but through base/catalogue.py.
"""

from __future__ import annotations

STATUS_WORDS = {
    "panel": "panel", "daemon": "daemon", "player": "pemutar", "item": "tayangan", "ticker": "teks", "changes": "ganti",
    "screen": "layar", "bright": "terang", "confined": "kurung", "content": "isi", "import": "impor", "problem": "masalah",
    "bad item": "rusak", "records": "catatan", "machine": "mesin", "ALERT": "AWAS",
    "lit": "menyala", "BLACK": "HITAM", "not looked at": "belum dilihat", "moving": "bergerak", "still": "diam",
    "not known": "tidak diketahui", "dark, as planned": "gelap, sesuai rencana", "black, on purpose": "hitam, disengaja",
    "decoders": "dekoder", "vetting": "pemeriksa", "and": "dan", "none yet": "belum ada", "folder": "folder", "stick": "USB",
    "synced": "tepat", "plausible": "masuk akal", "bad": "salah",
    "playing": "tayang", "paused": "dijeda", "blank": "dikosongkan", "dark": "gelap",
    "override": "atas perintah", "idle": "tanpa tayangan",
}  # fmt: skip
"""Single words of `status`. No part of the catalogue: a playlist may be called `still`, and keeps its name in a sentence."""
_LINES = {
    "{}, version {}": "{}, versi {}", "up {}": "menyala {}", "up 1 day, {}": "menyala 1 hari, {}",
    "up {} days, {}": "menyala {} hari, {}",
    "NOT RUNNING? it last wrote {} s ago": "TIDAK BERJALAN? terakhir menulis {} s yang lalu",
    "systemctl status panel-player": "systemctl status panel-player",
    "no status file {}": "tidak ada berkas status {}", "the daemon has not run yet": "daemon belum pernah berjalan",
    "{} at {} s": "{} pada {} s", "{} items shown, {} failures": "{} tayangan tampil, {} gagal",
    "{} % ({})": "{} % ({})", "{} % is wanted, but {} ({})": "diminta {} %, tetapi {} ({})",
    "NOT the {}": "TIDAK: {}", "let the kernel allow user namespaces (the log says why)": "izinkan user namespace di kernel "
    "(sebabnya ada di log)",
    "{} release {}": "rilis {1} dari {0}", "{} files, {} MB": "{} berkas, {} MB", "{} of {} files": "{} dari {} berkas",
    "{} kept, {} unsent": "{} disimpan, {} belum terkirim",
    "{} kept, {} unsent since {}": "{} disimpan, {} belum terkirim sejak {}",
    "the office has acknowledged {}": "kantor sudah menerima {}",
    "clock {}": "jam {}", "cpu {} %": "cpu {} %", "memory {} %": "memori {} %", "{} GB free": "{} GB kosong", "{} °C": "{} °C",
    "blank until {}": "dikosongkan sampai {}",
    "nothing in the content can be played": "tidak ada isi yang dapat diputar",
    "the content is refused": "isinya ditolak", "the content folder is not there": "folder isi tidak ada",
    'message "{}" by {} until {}': 'pesan "{}" dari {} sampai {}', 'message "{}" until {}': 'pesan "{}" sampai {}',
    "taken down by {} (drop)": "diturunkan oleh {} (drop)", "taken down (drop)": "diturunkan (drop)",
    "it plays again with the next release that lists it": "diputar lagi dengan rilis berikutnya yang memuatnya",
    "and {} more": "dan {} lainnya", "see `panel-player check FOLDER`": "lihat `panel-player check FOLDER`",
}  # fmt: skip
_DETAILS = {
    "look at panel-display.service": "lihat panel-display.service",
    "no screen is connected": "tidak ada layar yang tersambung", "look at cable and sender card": "lihat kabel dan kartunya",
    "the picture stands still although a film plays": "gambarnya diam padahal film diputar",
    "it is being repaired": "sedang diperbaiki", "if it stays, look at the item and the cable": "bila tetap, lihat tayangan dan "
    "kabelnya",
    "the screen is black although something plays": "layar hitam padahal ada yang diputar",
    "nothing but black for {} minutes": "hanya hitam selama {} menit", "{} is black by itself": "{} memang hitam",
    "take it out of the playlist, or plan the dark ([[dark]] in schedule.toml)": "keluarkan dari daftar putar, atau rencanakan "
    "gelapnya ([[dark]] di schedule.toml)",
    "{} and {} more": "{} dan {} lainnya",
    "export the file again (H.264, MP4) and replace it, or send rescan": "ekspor lagi berkasnya (H.264, MP4) dan ganti, atau "
    "kirim rescan",
    "it is tried again by itself within hours, or send rescan": "dicoba lagi dengan sendirinya dalam beberapa jam, atau kirim "
    "rescan",
    "{} of 100 pictures lost": "{} dari 100 gambar hilang",
    "this computer cannot decode it in time": "komputer ini tidak sempat menguraikannya",
    "the panel's own copy has gone": "salinan panel sendiri hilang", "it is copied anew": "disalin lagi",
    "look at the disk": "periksa disknya",
    "a decoder process ends again and again": "proses dekoder berhenti berulang kali",
    "look at the log, send restart-player": "lihat log, kirim restart-player", "look at the log": "lihat log",
    "the newest content is not played": "isi terbaru tidak diputar", "change the folder, or send rescan": "ubah foldernya, atau "
    "kirim rescan",
    "nothing in the folder has changed for {} days": "tidak ada perubahan di folder selama {} hari",
    "look at the sync tool on both sides": "periksa alat sinkronisasi di kedua sisi",
    "the office has not acknowledged records since {}": "kantor belum menerima catatan sejak {}",
    "run panel-office collect there, and let this panel write its topic played": "jalankan panel-office collect di sana, dan "
    "izinkan panel ini menulis topik played",
    "the daemon did not end cleanly before this start": "daemon tidak berhenti dengan baik sebelum ini",
    "{} of {} are free where {} is": "{} dari {} kosong di tempat {}", "new content may not fit": "isi baru mungkin tidak muat",
    "remove what else lies on that disk, or lower content.keep_releases": "hapus yang lain di disk itu, atau turunkan "
    "content.keep_releases",
    "the file system of {} has become read-only, as Linux does after a disk error": "sistem berkas {} menjadi hanya-baca, "
    "seperti biasa di Linux setelah galat disk",
    "the picture goes on, nothing new can be taken in": "gambar tetap tampil, isi baru tidak dapat diambil",
    "look at the kernel's log, check or replace the disk": "lihat log kernel, periksa atau ganti disknya",
    "{} % of the memory is in use": "{} % memori terpakai",
    "see what uses it (ps aux --sort=-rss), send restart-player if it is the player": "lihat siapa pemakainya (ps aux "
    "--sort=-rss), kirim restart-player bila itu pemutar",
    "the processor is at {} °C": "prosesor bersuhu {} °C",
    "clean the fan and the filter, check the cabinet's ventilation and shade": "bersihkan kipas dan saringan, periksa ventilasi "
    "dan naungan kotaknya",
    "the clock says {}, before the last time known to be good ({})": "jam menunjukkan {}, sebelum waktu terakhir yang "
    "pasti benar ({})",
    "the clock says {}, more than 60 days after the last time known to be good ({})": "jam menunjukkan {}, lebih dari 60 hari "
    "setelah waktu terakhir yang pasti benar ({})",
    "timed and dated rules are not obeyed until it is right": "aturan berjam dan bertanggal tidak dijalankan sampai jamnya benar",
    "let the panel reach a time server, or set it with timedatectl and replace the clock's battery": "sambungkan panel ke "
    "server waktu, atau setel dengan timedatectl dan ganti baterai jamnya",
    "the certificate {} ends on {}": "sertifikat {} habis pada {}",
    "the certificate {} ended on {}": "sertifikat {} sudah habis pada {}",
    "make a new file for this panel at the office (sh systemd/office.sh --panel NAME) and run sh systemd/install.sh --enrol "
    "NAME.panel here": "buat berkas baru untuk panel ini di kantor (sh systemd/office.sh --panel NAMA) lalu jalankan sh "
    "systemd/install.sh --enrol NAMA.panel di sini",
    "run sh systemd/office.sh --renew on the office's computer": "jalankan sh systemd/office.sh --renew di komputer kantor",
    "run sh systemd/office.sh --renew on the office's computer, then give each panel its new file (sh systemd/office.sh --panel "
    "NAME)": "jalankan sh systemd/office.sh --renew di komputer kantor, lalu beri tiap panel berkas barunya (sh "
    "systemd/office.sh --panel NAMA)",
}  # fmt: skip
_ROWS = {
    "send `next`; if it comes back, send `restart-player`; look at the panel": "kirim `next`; bila terulang, kirim "
    "`restart-player`; lihat panelnya",
    "the screen is black and should not be": "layar hitam padahal tidak seharusnya",
    "send `restart-player`; look at the graphics output and the sender card": "kirim `restart-player`; periksa keluaran grafis "
    "dan kartu pengirim",
    "the X server is gone, or no screen is connected": "server X hilang, atau tidak ada layar yang tersambung",
    "check the cable and `systemctl status panel-display`": "periksa kabel dan `systemctl status panel-display`",
    "send `logs`, then `restart-player`; take out the newest film": "kirim `logs`, lalu `restart-player`; keluarkan film terbaru",
    "a file made the player fail twice and is skipped": "sebuah berkas dua kali menggagalkan pemutar dan dilewati",
    "export it again (H.264, MP4) and replace it, or send `rescan`": "ekspor lagi (H.264, MP4) dan ganti, atau kirim `rescan`",
    "a film needs more of this computer than it has: it plays, and not smoothly": "sebuah film terlalu berat untuk komputer ini: "
    "diputar, tetapi tersendat",
    "make it light with `panel-office prepare FILE` and replace it": "ringankan dengan `panel-office prepare FILE` dan ganti",
    "more than 2 of 100 pictures of a film are lost, counted over its last minutes and plays": "lebih dari 2 dari 100 gambar "
    "film hilang, dihitung dari menit dan pemutaran terakhirnya",
    "make it light with `panel-office prepare FILE` and replace it; if every film stutters, look at `cpu_percent`": "ringankan "
    "dengan `panel-office prepare FILE` dan ganti; bila semua film tersendat, lihat `cpu_percent`",
    "something in the folder is refused, or a playlist or the schedule cannot be read": "ada isi folder yang ditolak, atau "
    "daftar putar atau jadwal tidak terbaca",
    "`panel-player check FOLDER` says which file and why": "`panel-player check FOLDER` menyebut berkas dan sebabnya",
    "the folder names files that are not there yet, is not there itself, or its share does not answer": "folder menyebut "
    "berkas yang belum ada, foldernya sendiri tidak ada, atau share-nya tidak menjawab",
    "wait for the sync, or copy the missing files; check the share": "tunggu sinkronisasi, atau salin yang kurang; periksa "
    "share-nya",
    "nothing new has come for a long time": "sudah lama tidak ada yang baru",
    "the newest content failed again and again; the content before it plays": "isi terbaru gagal berulang kali; isi sebelumnya "
    "yang diputar",
    "correct the folder, then send `rescan`": "perbaiki foldernya, lalu kirim `rescan`",
    "a stick was refused; the number says why": "sebuah USB ditolak; nomornya menyebut sebabnya",
    "look the number up in [the technician's table](technician.md#the-numbers)": "cari nomornya di [tabel "
    "teknisi](technician.md#the-numbers)",
    "little disk space is left": "ruang disk tinggal sedikit",
    "remove films that nobody needs, or lower `content.keep_releases`": "hapus film yang tidak dipakai, atau turunkan "
    "`content.keep_releases`",
    "the disk takes no writes any more": "disk tidak dapat ditulis lagi",
    "send `reboot`; if it comes back, the disk is dying: replace it": "kirim `reboot`; bila terulang, disknya rusak: ganti",
    "the memory is nearly full": "memori hampir penuh",
    "send `restart-player`; look for other programs": "kirim `restart-player`; cari program lain",
    "the machine is too hot": "mesin terlalu panas",
    "clean the fan and the filters; look at the sun on the box": "bersihkan kipas dan saringan; lihat matahari pada kotaknya",
    "the clock cannot be right, so timed rules are not obeyed": "jamnya tidak mungkin benar, jadi aturan berjam tidak dijalankan",
    "connect a network with a time server, or set the clock; change its battery": "sambungkan jaringan dengan server waktu, atau "
    "setel jamnya; ganti baterainya",
    "the player did not end cleanly before this start": "pemutar tidak berhenti dengan baik sebelum ini",
    "once: nothing; often: send `logs`": "sekali: abaikan; sering: kirim `logs`",
    "the settings file is broken; the last good one is used": "berkas pengaturan rusak; yang terakhir baik dipakai",
    "run `panel-player check` on the panel": "jalankan `panel-player check` di panel",
    "a part of the panel that keeps the content ended or lost a file; what is there plays on": "bagian panel yang menyimpan isi "
    "berhenti atau kehilangan berkas; yang ada tetap diputar",
    "wait some minutes: the panel repairs it by itself; if it stays, send `logs`, then `restart-player`": "tunggu beberapa "
    "menit: panel memperbaikinya sendiri; bila tetap, kirim `logs`, lalu `restart-player`",
    "records of what is shown cannot be written": "catatan tayangan tidak dapat ditulis",
    "look at the disk: free room on it, or replace it; the picture goes on": "periksa disknya: kosongkan ruang, atau ganti; "
    "gambar tetap tampil",
    "records wait for more than three days although the office is connected": "catatan menunggu lebih dari tiga hari padahal "
    "kantor tersambung",
    "run `panel-office collect` at the office, and let the broker's account of the panel write `played`": "jalankan "
    "`panel-office collect` di kantor, dan izinkan akun panel di broker menulis `played`",
    "a certificate with which the panel reaches the broker ends within a month, or has ended": "sertifikat yang dipakai panel "
    "untuk mencapai broker habis dalam sebulan, atau sudah habis",
    "make a new file for the panel at the office (`sh systemd/office.sh --panel NAME`) and run `sh systemd/install.sh --enrol "
    "NAME.panel` on the panel": "buat berkas baru untuk panel itu di kantor (`sh systemd/office.sh --panel NAMA`) lalu jalankan "
    "`sh systemd/install.sh --enrol NAMA.panel` di panelnya",
}
"""Meaning and remedy of each row of core/alerts.py, in Markdown as there."""
STATUS_AND_ALERTS = _LINES | _DETAILS | _ROWS
