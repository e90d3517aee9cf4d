"""The sentences of Content: films and pictures, playlists, the schedule, publishing, and what people type there.

Knows: the sentences. Touches nothing. Must not: hold one that no page says. Its length is that of the list.
"""

from __future__ import annotations

_FOLDER = {
    "Content: {folder}": "Konten: {folder}",
    "{n} films and pictures, for {panels}": "{n} film dan gambar, untuk {panels}",
    "all panels": "semua panel",
    "no panel": "tidak satu panel pun",
    "Folders": "Folder",
    "Parts of the content": "Bagian konten",
    "Films and pictures": "Film dan gambar",
    "Playlists": "Daftar putar",
    "Schedule": "Jadwal",
    "Publish": "Terbitkan",
    "Your draft": "Draf Anda",
    "1 change is not published yet.": "1 perubahan belum diterbitkan.",
    "{n} changes are not published yet.": "{n} perubahan belum diterbitkan.",
    "Only you see it until you publish.": "Hanya Anda yang melihatnya sampai diterbitkan.",
    "See what changes, and publish": "Lihat yang berubah, lalu terbitkan",
    "Undo the last step": "Urungkan langkah terakhir",
    "Everything here is published. What you change stays a draft until you publish it.": (
        "Semua di sini sudah terbit. Yang Anda ubah tetap draf sampai Anda menerbitkannya."
    ),
    "No folder has this name here.": "Tidak ada folder dengan nama ini di sini.",
    "No folder may be edited here yet.": "Belum ada folder yang boleh disunting di sini.",
    "The settings of the console name the folders. The office's IT person adds one, and starts the console again:": (
        "Folder ditulis di pengaturan konsol. Petugas TI kantor menambahkannya, lalu menjalankan ulang konsol:"
    ),
    "Search by name": "Cari menurut nama",
    "Which files": "Berkas yang mana",
    "All files": "Semua berkas",
    "New or changed": "Baru atau berubah",
    "In no playlist": "Tidak di daftar putar mana pun",
    "With a fault": "Yang bermasalah",
    "Other files in this folder": "Berkas lain di folder ini",
    "Nothing is found. Search for another word.": "Tidak ditemukan. Cari dengan kata lain.",
    "The folder is empty. Drop films and pictures here: without a playlist everything plays, in the order of the names.": (
        "Folder kosong. Letakkan film dan gambar di sini: tanpa daftar putar semuanya tayang, menurut urutan nama."
    ),
    "1 more file is not shown; search for it.": "1 berkas lagi tidak ditampilkan; carilah.",
    "{n} more files are not shown; search for them.": "{n} berkas lagi tidak ditampilkan; carilah.",
    "{panel} does not get this folder.": "{panel} tidak menerima folder ini.",
    "This is your draft: {panel} plays it once it is published and has arrived there.": (
        "Ini draf Anda: {panel} menayangkannya setelah diterbitkan dan sampai di sana."
    ),
    "{panel} has this content.": "{panel} sudah punya konten ini.",
    "{panel} does not have all of this yet: {state}; {says}": "{panel} belum punya semuanya: {state}; {says}",
    "The picture is on its way": "Gambarnya sedang disiapkan",
    "The office's computer may not read this file.": "Komputer kantor tidak boleh membaca berkas ini.",
    "Upload it here anew, or let the office's IT person give the console the right to read it.": (
        "Unggah lagi di sini, atau minta petugas TI kantor memberi konsol hak untuk membacanya."
    ),
    "This computer cannot look into films: each panel does when it gets it.": (
        "Komputer ini tidak dapat memeriksa film: setiap panel memeriksanya ketika menerimanya."
    ),
    "It could not be looked into on this computer.": "Berkas ini tidak dapat diperiksa di komputer ini.",
    "Each panel looks into it when it gets it. Upload it here anew to try again.": (
        "Setiap panel memeriksanya ketika menerimanya. Unggah lagi di sini untuk mencoba lagi."
    ),
    "1 file is being looked into.": "1 berkas sedang diperiksa.",
    "{n} files are being looked into.": "{n} berkas sedang diperiksa.",
}
_UPLOADS = {
    "Add films and pictures": "Tambah film dan gambar",
    "Drop files here, or choose them. Large ones go on where they were, also after the network or this page was closed: "
    "choose the same file again.": (
        "Letakkan berkas di sini, atau pilih. Berkas besar dilanjutkan dari tempatnya, juga setelah jaringan putus atau halaman "
        "ini ditutup: pilih lagi berkas yang sama."
    ),
    "Choose files": "Pilih berkas",
    "Files on their way": "Berkas yang sedang dikirim",
    "{done} of {size} are here. Choose the same file again to go on.": (
        "{done} dari {size} sudah ada. Pilih lagi berkas yang sama untuk melanjutkan."
    ),
    "How far it is": "Sejauh mana",
    "Convert": "Ubah jadi ringan",
    "Films that are being made": "Film yang sedang dibuat",
    "Convert {name}": "Ubah jadi ringan {name}",
    "Cancel": "Batalkan",
    "Remove": "Hapus",
    "waits for its turn": "menunggu giliran",
    "{done} of {size} MB": "{done} dari {size} MB",
    "{done} of {size} MB, {left} s left": "{done} dari {size} MB, sisa {left} dtk",
    "{name} goes on: {done} MB were here already.": "{name} dilanjutkan: {done} MB sudah ada di sini.",
    "is looked into, as a panel does": "diperiksa, seperti panel memeriksanya",
    "The connection is lost. It goes on by itself when it is back.": (
        "Sambungan putus. Pengiriman berlanjut sendiri begitu tersambung lagi."
    ),
    "It did not work. Try it again; if it happens again, tell the office's IT person.": (
        "Tidak berhasil. Coba lagi; kalau terulang, beri tahu petugas TI kantor."
    ),
    "You are signed out. Sign in again, and choose the same file: it goes on where it was.": (
        "Anda sudah keluar. Masuk lagi, dan pilih berkas yang sama: pengiriman berlanjut dari tempatnya."
    ),
    "{name} is cancelled.": "{name} dibatalkan.",
    "a film is made of it: {percent} %": "sedang dijadikan film ringan: {percent} %",
    "Convert makes a film of it that every panel plays.": "“Ubah jadi ringan” membuat film yang dapat diputar setiap panel.",
    "is here, in the place of the one before": "sudah ada, menggantikan yang sebelumnya",
    "is here, in your draft": "sudah ada, di draf Anda",
    "is a light film now: {path}": "sekarang film ringan: {path}",
    "The conversion is cancelled.": "Pengubahan dibatalkan.",
    "This upload is not known any more. Choose the file again.": "Kiriman ini tidak dikenal lagi. Pilih lagi berkasnya.",
    "This conversion is not known any more. Begin it again.": "Pengubahan ini tidak dikenal lagi. Mulai lagi.",
    "This page is out of date. Load it again.": "Halaman ini sudah lama. Muat ulang.",
}
_FILES = {
    "Open {name}": "Buka {name}",
    "Film": "Film",
    "Document": "Dokumen",
    "Text page": "Halaman teks",
    "Not looked into yet": "Belum diperiksa",
    "new": "baru",
    "changed": "diubah",
    "renamed": "ganti nama",
    "Main playlist": "Daftar putar utama",
    "In {names}": "Di {names}",
    "Plays: without a playlist everything does": "Tayang: tanpa daftar putar semuanya tayang",
    "In no playlist: it does not play": "Tidak di daftar putar mana pun: tidak tayang",
    "Last shown": "Terakhir tayang",
    "Add to a playlist": "Masukkan ke daftar putar",
    "Playlist": "Daftar putar",
    "Until and with": "Sampai dengan",
    "Without days it plays always.": "Tanpa tanggal berarti tayang selalu.",
    "Add": "Tambahkan",
    "Hide this line": "Sembunyikan baris ini",
    "1 new file is in no playlist yet": "1 berkas baru belum ada di daftar putar mana pun",
    "{n} new files are in no playlist yet": "{n} berkas baru belum ada di daftar putar mana pun",
    "1 new file plays always, as there is no playlist": "1 berkas baru selalu tayang, karena tidak ada daftar putar",
    "{n} new files play always, as there is no playlist": "{n} berkas baru selalu tayang, karena tidak ada daftar putar",
    "Add, and see what changes": "Tambahkan, lalu lihat yang berubah",
    "{file} is added to “{playlist}” in your draft.": "{file} dimasukkan ke “{playlist}” di draf Anda.",
    "File": "Berkas",
    "Kind": "Jenis",
    "Length": "Lama",
    "not known yet": "belum diketahui",
    "Where it is used": "Dipakai di",
    "nowhere": "tidak di mana pun",
    "never, as far as the records say": "belum pernah, menurut catatan",
    "Download": "Unduh",
    "Rename": "Ganti nama",
    "New name": "Nama baru",
    "The playlists that name it are changed with it.": "Daftar putar yang menyebutnya ikut diubah.",
    "It is used in {names}.": "Dipakai di {names}.",
    "It is used in {names}. It is taken out there, too.": "Dipakai di {names}. Di sana juga dikeluarkan.",
    "Remove it here and there": "Hapus di sini dan di sana",
    "It is used nowhere. You can undo this until you publish.": (
        "Tidak dipakai di mana pun. Dapat diurungkan sampai Anda menerbitkan."
    ),
    "{name} is removed in your draft. You can undo it until you publish.": (
        "{name} dihapus di draf Anda. Dapat diurungkan sampai Anda menerbitkan."
    ),
    "{old} is called {new} in your draft.": "{old} bernama {new} di draf Anda.",
    "There is a file “{name}” already. Choose another name.": "Sudah ada berkas “{name}”. Pilih nama lain.",
    "There is no such file in the folder any more.": "Berkas itu tidak ada lagi di folder.",
    "No picture can be made of this file.": "Dari berkas ini tidak dapat dibuat gambar kecil.",
    "{path} is used in {where}, which cannot be edited here.": "{path} dipakai di {where}, yang tidak dapat disunting di sini.",
    "The last step is undone: {path}": "Langkah terakhir diurungkan: {path}",
    "There is nothing to undo.": "Tidak ada yang dapat diurungkan.",
    "The draft is thrown away. What is published stays.": "Draf dibuang. Yang sudah terbit tetap.",
    "This file is shown as it is; the console does not change it.": (
        "Berkas ini ditampilkan apa adanya; konsol tidak mengubahnya."
    ),
    "A calendar: its events say when which playlist plays. Change it in the calendar program.": (
        "Kalender: acaranya menentukan kapan daftar putar mana yang tayang. Ubahlah di program kalender."
    ),
    "This is how the playlist stands in the folder, with your draft.": (
        "Beginilah daftar putar itu di folder, bersama draf Anda."
    ),
    "What it means": "Artinya",
    "What is wrong": "Yang salah",
    "What is wrong with it": "Yang salah padanya",
    "As it is written": "Seperti tertulis",
    "{file} line {number}": "{file} baris {number}",
    "Item": "Tayangan",
    "Until": "Sampai",
    "Plays": "Tayang",
}
_PLAYLISTS = {
    "What plays, in which order. The schedule says which of them plays when.": (
        "Apa yang tayang, dengan urutan apa. Jadwal menentukan yang mana tayang kapan."
    ),
    "1 item": "1 tayangan",
    "{n} items": "{n} tayangan",
    "read only": "hanya dibaca",
    "There is no playlist: everything in the folder plays, in the order of the names. Make one to choose what plays, and when.": (
        "Belum ada daftar putar: semua di folder tayang, menurut urutan nama. Buatlah satu untuk memilih apa yang tayang, "
        "dan kapan."
    ),
    "A new playlist": "Daftar putar baru",
    "The schedule calls it by this name, like morning.": "Jadwal menyebutnya dengan nama ini, misalnya pagi.",
    "Make it": "Buat",
    "Make the main playlist of everything that plays now": "Buat daftar putar utama dari semua yang tayang sekarang",
    "The playlist “{name}” is made. It is a draft until you publish.": (
        "Daftar putar “{name}” dibuat. Ini draf sampai Anda menerbitkan."
    ),
    "There is a playlist “{name}” already. Choose another name.": "Sudah ada daftar putar “{name}”. Pilih nama lain.",
    "There is no playlist with this name any more.": "Daftar putar dengan nama ini tidak ada lagi.",
    "“{name}” is removed in your draft.": "“{name}” dihapus di draf Anda.",
    "Plays whenever the schedule asks for nothing else.": "Tayang kapan pun jadwal tidak meminta yang lain.",
    "No rule names it; perhaps the calendar does.": "Tidak ada aturan yang menyebutnya; mungkin kalender.",
    "No rule of the schedule names it: it does not play by itself.": (
        "Tidak ada aturan jadwal yang menyebutnya: tidak tayang dengan sendirinya."
    ),
    "A film plays to its end, a picture for 10 seconds, unless you say otherwise.": (
        "Film tayang sampai habis, gambar 10 detik, kecuali Anda menentukan lain."
    ),
    "Its days are over: it does not play any more. Give it a later last day, or take it out.": (
        "Harinya sudah lewat: tidak tayang lagi. Beri hari terakhir yang lebih lambat, atau keluarkan."
    ),
    "Its last day is over: it does nothing any more. Give it a later last day, or remove it.": (
        "Hari terakhirnya sudah lewat: tidak berlaku lagi. Beri hari terakhir yang lebih lambat, atau hapus."
    ),
    "This playlist has no items. It is passed over until it has one: add one below, or remove the playlist.": (
        "Daftar putar ini kosong. Panel melewatinya sampai ada isinya: tambahkan di bawah, atau hapus daftar putarnya."
    ),
    "Item {n}: {name}": "Tayangan {n}: {name}",
    "Drag to another place": "Seret ke tempat lain",
    "Seconds": "Detik",
    "Up: {name}": "Naik: {name}",
    "Down: {name}": "Turun: {name}",
    "Take out: {name}": "Keluarkan: {name}",
    "Days, volume, fit": "Tanggal, suara, ukuran",
    "Title": "Judul",
    "From this day": "Mulai tanggal",
    "at": "pukul",
    "Until this day, and with it": "Sampai dengan tanggal",
    "the panel's": "seperti panel",
    "How it fills the panel": "Cara mengisi panel",
    "as the panel is set": "seperti pengaturan panel",
    "all of it, black beside it": "utuh, hitam di sampingnya",
    "full, its edges cut off": "penuh, tepinya terpotong",
    "full, out of proportion": "penuh, bentuknya berubah",
    "Keep": "Simpan",
    "to its end": "sampai habis",
    "{first} to {last}": "{first} sampai {last}",
    "from {day} on": "mulai {day}",
    "until {day}": "sampai {day}",
    "Add items": "Tambah tayangan",
    "Files of the folder": "Berkas di folder",
    "The folder holds no film and no picture yet.": "Folder belum berisi film atau gambar.",
    "Add some": "Tambahkan",
    "Add what is ticked": "Tambahkan yang dicentang",
    "Nothing is ticked. Tick the films and pictures that are to be added.": (
        "Tidak ada yang dicentang. Centang film dan gambar yang mau ditambahkan."
    ),
    "{n} added at the end of the playlist.": "{n} ditambahkan di akhir daftar putar.",
    "{name} is number {n} of {count} now.": "{name} sekarang nomor {n} dari {count}.",
    "{name} stands at the end already.": "{name} sudah di ujung.",
    "{name} is taken out of the playlist.": "{name} dikeluarkan dari daftar putar.",
    "{name} is changed.": "{name} diubah.",
    "It has changed since this page was loaded. Here it is as it is now: look, and do it again.": (
        "Isinya berubah sejak halaman ini dimuat. Inilah keadaannya sekarang: lihat, lalu ulangi."
    ),
    "This playlist": "Daftar putar ini",
    "To the schedule": "Ke jadwal",
    "Play it here": "Putar di sini",
    "Remove the playlist": "Hapus daftar putar",
    "The schedule names it once: that rule is removed with it.": "Jadwal menyebutnya sekali: aturan itu ikut dihapus.",
    "The schedule names it {n} times: those rules are removed with it.": (
        "Jadwal menyebutnya {n} kali: aturan-aturan itu ikut dihapus."
    ),
    "The schedule does not name it.": "Jadwal tidak menyebutnya.",
    "Its films and pictures stay in the folder. You can undo this until you publish.": (
        "Film dan gambarnya tetap di folder. Dapat diurungkan sampai Anda menerbitkan."
    ),
    "A stream has no end of its own. Write for how many seconds it is shown.": (
        "Siaran tidak punya akhir sendiri. Tulis berapa detik siaran ditayangkan."
    ),
    "The film that plays": "Film yang diputar",
    "The picture that is shown": "Gambar yang ditampilkan",
    "This browser cannot show it here; the panel can.": "Peramban ini tidak dapat menampilkannya; panel dapat.",
    "Previous": "Sebelumnya",
    "Next": "Berikutnya",
    "As the panels play it now, at {time}: with their seconds, fit and volume. Sound begins when you press a button.": (
        "Seperti panel memutarnya sekarang, pukul {time}: dengan detik, ukuran, dan volumenya. Suara mulai setelah "
        "tombol ditekan."
    ),
    "Nothing of this playlist plays now: it has no items, or their days are over or still to come.": (
        "Tidak ada isi daftar putar ini yang tayang sekarang: kosong, atau tanggalnya sudah lewat atau belum tiba."
    ),
    "Back to the playlist": "Kembali ke daftar putar",
}
_SCHEDULE = {
    "What plays when.": "Apa yang tayang kapan.",
    "The week before": "Minggu sebelumnya",
    "This week": "Minggu ini",
    "The week after": "Minggu berikutnya",
    "What plays in this week; the table below says the same in words.": (
        "Yang tayang dalam minggu ini; tabel di bawah mengatakan hal yang sama dengan kata-kata."
    ),
    "All times are those of {zone}.": "Semua waktu menurut {zone}.",
    "Draw a time with the mouse for a new rule, or drag the end of a block. Everything can be typed below, too.": (
        "Gambar waktu dengan tetikus untuk aturan baru, atau seret ujung sebuah blok. Semuanya juga dapat diketik di bawah."
    ),
    "Why": "Sebab",
    "The week as a table": "Minggu ini sebagai tabel",
    "Day": "Hari",
    "dark": "gelap",
    "{day}, {begins} to {ends}: {what}": "{day}, {begins} sampai {ends}: {what}",
    "the calendar": "kalender",
    "nothing else is asked for": "tidak diminta yang lain",
    "a rule": "sebuah aturan",
    "Worth a look": "Perlu dilihat",
    "“{winner}” and “{loser}” want the same time, {when}. “{winner}” plays, as it stands first; give one of them a higher "
    "priority, or other hours.": (
        "“{winner}” dan “{loser}” meminta waktu yang sama, {when}. Yang tayang “{winner}”, karena tertulis lebih dulu; beri "
        "salah satunya prioritas lebih tinggi, atau jam lain."
    ),
    "“{winner}” plays instead of “{loser}”, {when}: its priority is higher.": (
        "“{winner}” tayang menggantikan “{loser}”, {when}: prioritasnya lebih tinggi."
    ),
    "({n} times in this week)": "({n} kali dalam minggu ini)",
    "{name} is a calendar. Its events are in the week above; they are changed in the calendar program.": (
        "{name} adalah kalender. Acaranya ada di minggu di atas; diubah di program kalender."
    ),
    "Look": "Lihat isinya",
    "Rules": "Aturan",
    "There are no rules: the main playlist plays all day.": "Tidak ada aturan: daftar putar utama tayang sepanjang hari.",
    "A new rule": "Aturan baru",
    "A rule that cannot be read": "Aturan yang tidak terbaca",
    "Show a playlist": "Tayangkan daftar putar",
    "Keep it dark": "Biarkan gelap",
    "Dark": "Gelap",
    "Running text: {text}": "Teks berjalan: {text}",
    "choose one": "pilih satu",
    "Days": "Hari-hari",
    "First day": "Hari pertama",
    "Last day": "Hari terakhir",
    "Priority": "Prioritas",
    "Both hours empty: the whole day. An end before the beginning: over midnight. Both days empty: always.": (
        "Kedua jam kosong: sepanjang hari. Akhir sebelum awal: melewati tengah malam. Kedua tanggal kosong: selalu."
    ),
    "Also while it should be dark": "Juga ketika seharusnya gelap",
    "Add the rule": "Tambahkan aturan",
    "Remove the rule": "Hapus aturan",
    "The rule is added.": "Aturan ditambahkan.",
    "The rule is changed.": "Aturan diubah.",
    "The rule is removed.": "Aturan dihapus.",
    "The rule is number {n} of {count} now.": "Aturan itu sekarang nomor {n} dari {count}.",
    "The rule stands at the end already.": "Aturan itu sudah di ujung.",
    "every day": "setiap hari",
    "all day": "sepanjang hari",
    "priority {n}": "prioritas {n}",
    "also in the dark": "juga dalam gelap",
    "What plays when?": "Apa yang tayang kapan?",
    "Panel": "Panel",
    "any": "mana saja",
    "Hour": "Jam",
    "and 1 more": "dan 1 lagi",
}
_TYPED = {
    "An hour without its day. Choose the day, or leave the hour empty.": (
        "Ada jam tanpa tanggal. Pilih tanggalnya, atau kosongkan jamnya."
    ),
    "The end lies before the beginning. Choose a later day or hour.": (
        "Akhirnya sebelum awalnya. Pilih tanggal atau jam yang lebih kemudian."
    ),
    "24:00 is the end of a day. A beginning is written 00:00.": "24:00 adalah akhir hari. Awal ditulis 00:00.",
    "It ends when it begins. Leave both hours empty for the whole day.": (
        "Berakhir saat mulai. Kosongkan kedua jam untuk sepanjang hari."
    ),
    "No day is ticked. Tick at least one.": "Tidak ada hari yang dicentang. Centang paling sedikit satu.",
    "The last day lies before the first. Choose a later one.": (
        "Hari terakhir sebelum hari pertama. Pilih hari yang lebih kemudian."
    ),
    "No playlist is chosen. Choose which one plays.": "Daftar putar belum dipilih. Pilih yang mana yang tayang.",
    "The text is empty. Write what is to run along the edge.": "Teksnya kosong. Tulis apa yang berjalan di tepi.",
    "“{typed}” is no length. Write seconds, like 15, or minutes and seconds, like 1:30.": (
        "“{typed}” bukan lama tayang. Tulis detik, misalnya 15, atau menit dan detik, misalnya 1:30."
    ),
    "It must be longer than 0 seconds. Leave it empty for the usual length.": (
        "Harus lebih dari 0 detik. Kosongkan untuk lama yang biasa."
    ),
    "That is more than a day. Write at most 86400 seconds.": "Itu lebih dari sehari. Tulis paling banyak 86400 detik.",
    "“{typed}” is no time of the day. Write it like 06:00; a day ends at 24:00.": (
        "“{typed}” bukan jam. Tulis seperti 06:00; hari berakhir pukul 24:00."
    ),
    "“{typed}” is no day. Write it like 2026-12-31.": "“{typed}” bukan tanggal. Tulis seperti 2026-12-31.",
    "“{typed}” is no volume. Write a number from 0 (silent) to 100.": (
        "“{typed}” bukan volume. Tulis angka dari 0 (diam) sampai 100."
    ),
    "“{typed}” is no priority. Write a whole number, like 10.": "“{typed}” bukan prioritas. Tulis bilangan bulat, misalnya 10.",
    "{count} characters are too many. A title has at most {most}.": "{count} huruf terlalu banyak. Judul paling banyak {most}.",
    "{count} characters are too many. A name has at most {most}.": "{count} huruf terlalu banyak. Nama paling banyak {most}.",
    "{count} characters are too many. A running text in the schedule has at most {most}.": (
        "{count} huruf terlalu banyak. Teks berjalan di jadwal paling banyak {most}."
    ),
    "The name is empty. Write one, like morning.": "Namanya kosong. Tulis satu, misalnya pagi.",
    'A name holds no / \\ : * ? " < > | and nothing invisible. Write it without.': (
        'Nama tidak boleh berisi / \\ : * ? " < > | atau yang tak terlihat. Tulis tanpa itu.'
    ),
    "A file cannot be called “{name}” on every computer. Choose another name.": (
        "Tidak di setiap komputer berkas boleh bernama “{name}”. Pilih nama lain."
    ),
    "Choose one of the ways to fit.": "Pilih salah satu cara mengisi.",
}
_PUBLISHING = {
    "What is published plays on the panels by itself.": "Yang diterbitkan tayang di panel dengan sendirinya.",
    "There is nothing to publish: your draft is as the folder is.": (
        "Tidak ada yang perlu diterbitkan: draf Anda sama dengan folder."
    ),
    "Back to the content": "Kembali ke konten",
    "Who plays what is published": "Siapa yang menayangkan yang terbit",
    "Who plays it": "Siapa yang menayangkannya",
    "What changes on the panels, and when": "Yang berubah di panel, dan kapan",
    "No panel is known yet that gets this folder.": "Belum dikenal panel yang menerima folder ini.",
    "and 1 more change": "dan 1 perubahan lagi",
    "and {n} more changes": "dan {n} perubahan lagi",
    "{path} is new": "{path} baru",
    "{path} is removed": "{path} dihapus",
    "{path} is changed": "{path} diubah",
    "{old} is called {new}": "{old} bernama {new}",
    "Worth a look before": "Perlu dilihat dulu",
    "This folder is signed: panels take only what was signed. Change it where the key is, and sign it with panel-office sign.": (
        "Folder ini bertanda tangan: panel hanya menerima yang ditandatangani. Ubahlah di tempat kuncinya, lalu tandatangani "
        "dengan panel-office sign."
    ),
    "Something is wrong with this draft. Mend it, or tick that it is published all the same.": (
        "Ada yang salah pada draf ini. Perbaiki, atau centang bahwa tetap diterbitkan."
    ),
    "I have read what is wrong above; publish it all the same": "Saya sudah membaca yang salah di atas; tetap terbitkan",
    "Publish for 1 panel": "Terbitkan untuk 1 panel",
    "Publish for {n} panels": "Terbitkan untuk {n} panel",
    "Go on editing": "Lanjut menyunting",
    "Throw the draft away": "Buang draf",
    "Throw it away": "Buang",
    "1 change is lost for good.": "1 perubahan hilang selamanya.",
    "{n} changes are lost for good.": "{n} perubahan hilang selamanya.",
    "1 file is published.": "1 berkas diterbitkan.",
    "{n} files are published.": "{n} berkas diterbitkan.",
    "Ask for a second yes": "Minta persetujuan kedua",
    "A second yes": "Persetujuan kedua",
    "A second person has to agree. {name} asked for it.": "Orang kedua harus setuju. Diminta oleh {name}.",
    "A second person is asked. It is published when one of them agrees.": (
        "Persetujuan orang kedua diminta. Diterbitkan begitu salah satunya setuju."
    ),
    "{name} wants to publish this. It is done when another person agrees.": (
        "{name} mau menerbitkan ini. Terjadi begitu orang lain setuju."
    ),
    "1 change in {folder}": "1 perubahan di {folder}",
    "{n} changes in {folder}": "{n} perubahan di {folder}",
    "Yes, publish for 1 panel": "Ya, terbitkan untuk 1 panel",
    "Yes, publish for {n} panels": "Ya, terbitkan untuk {n} panel",
    "No, do not publish it": "Tidak, jangan terbitkan",
    "Take it back": "Tarik kembali",
    "It is not published. {name} keeps the draft.": "Tidak diterbitkan. Draf tetap pada {name}.",
    "A panel plays the new content after the item that it shows now. This page renews itself.": (
        "Panel menayangkan isi baru setelah tayangan yang sekarang. Halaman ini memperbarui diri."
    ),
    "The panel has it.": "Panel sudah punya.",
    "All {n} panels have it.": "Semua {n} panel sudah punya.",
    "{n} of {count} panels have it.": "{n} dari {count} panel sudah punya.",
    "has it": "sudah punya",
    "since {clock}": "sejak {clock}",
    "not known": "tidak diketahui",
    "nothing has been heard of it yet": "belum ada kabar darinya",
    "not connected": "tidak tersambung",
    "it takes the new content when it is back": "isi baru diambilnya begitu tersambung lagi",
    "is copying": "sedang menyalin",
    "{done} of {size}": "{done} dari {size}",
    "it waits for {file}": "menunggu {file}",
    "has not taken it": "belum mengambilnya",
    "its program is older and does not say what it has": "programnya lebih lama dan tidak memberi tahu apa yang dipunyainya",
    "waits": "menunggu",
    "the folder is on its way to it": "folder sedang menuju ke sana",
    "Two versions": "Dua versi",
    "As it was when your draft began": "Seperti ketika draf Anda dimulai",
    "Nothing is published yet, and nothing is lost.": "Belum ada yang terbit, dan tidak ada yang hilang.",
    "1 file was changed in the folder since you began your draft.": "1 berkas di folder berubah sejak Anda memulai draf.",
    "{n} files were changed in the folder since you began your draft.": "{n} berkas di folder berubah sejak Anda memulai draf.",
    "Look at both versions, and choose for each.": "Lihat kedua versinya, lalu pilih untuk masing-masing.",
    "In the folder": "Di folder",
    "Both: the folder's, and what I added": "Keduanya: yang di folder, dan yang saya tambahkan",
    "The folder's": "Yang di folder",
    "Mine": "Punya saya",
    "Keep these choices, and look again": "Simpan pilihan ini, lalu lihat lagi",
    "Choose a version of each file.": "Pilih versi untuk setiap berkas.",
    "The choices are kept. Look at what changes, and publish.": "Pilihan disimpan. Lihat yang berubah, lalu terbitkan.",
    "It is no text, or it is not there any more.": "Bukan teks, atau tidak ada lagi.",
    "1 line": "1 baris",
    "{n} lines": "{n} baris",
}
WORDS: dict[str, str] = {
    **_FOLDER, **_UPLOADS, **_FILES, **_PLAYLISTS, **_SCHEDULE, **_TYPED, **_PUBLISHING,
}  # fmt: skip
