"""The sentences of the pages Urgent, Records and Sticks.

Knows: the sentences. Touches nothing. Must not: hold one that no page says.
Its length is that of the list.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # urgent: what is typed
    "On screen within a second, and it always ends by itself.": "Tayang dalam satu detik, dan selalu berakhir sendiri.",
    "Times are the panels' ({zone}); it is {clock} there.": "Waktu menurut panel ({zone}); di sana sekarang pukul {clock}.",
    "Templates": "Templat",
    "A text": "Teks",
    "A film": "Film",
    "Text": "Teks",
    "Choose a film": "Pilih film",
    "It begins again until the message ends.": "Film diulang sampai pesan berakhir.",
    "Colour": "Warna",
    "Blue": "Biru",
    "Red": "Merah",
    "Yellow": "Kuning",
    "Orange": "Jingga",
    "Green": "Hijau",
    "Black": "Hitam",
    "Until when": "Sampai kapan",
    "until a time": "sampai pukul tertentu",
    "Time": "Pukul",
    "All": "Semua",
    "Single panels": "Panel satu per satu",
    "Find a panel": "Cari panel",
    "No panel has been heard of yet; look at the page Panels.": "Belum ada kabar dari panel mana pun; lihat halaman Panel.",
    "Show it": "Tayangkan",
    "Ask a second person": "Minta persetujuan orang kedua",
    "Change the template {name}": "Ubah templat {name}",
    "Keep it as a template": "Simpan sebagai templat",
    "Name of the template": "Nama templat",
    "___ in a text is where a word must be typed each time.": "___ dalam teks adalah tempat kata yang harus diketik setiap kali.",
    "Keep the template": "Simpan templat",
    "Preview": "Pratinjau",
    "What each panel will show stands here while you type.": (
        "Yang akan tampil di setiap panel terlihat di sini selagi Anda mengetik."
    ),
    "Change or remove templates": "Ubah atau hapus templat",
    "Change": "Ubah",
    "Remove the template {name}": "Hapus templat {name}",
    "There are none yet: type a message, and keep it as a template.": (
        "Belum ada: ketik sebuah pesan, lalu simpan sebagai templat."
    ),
    "Your account may look at urgent messages; an operator sends them.": (
        "Akun Anda boleh melihat pesan darurat; yang mengirimnya operator."
    ),
    # urgent: what is wrong with it
    "Choose a film that the panels have; a new one goes through Content first.": (
        "Pilih film yang sudah ada di panel; film baru lewat halaman Konten dulu."
    ),
    "Choose one of the colours.": "Pilih salah satu warna.",
    "Choose at least one panel.": "Pilih paling sedikit satu panel.",
    "Write what the panels shall show.": "Tulis apa yang harus tampil di panel.",
    "At most {most} letters; this has {n}. Shorten it by {more}.": (
        "Paling banyak {most} huruf; ini {n} huruf. Kurangi {more} huruf."
    ),
    "Replace {gap} by what is meant.": "Ganti {gap} dengan yang dimaksud.",
    "Nothing in this text can be drawn; write letters or digits.": (
        "Tidak ada yang dapat digambar dari teks ini; tulis huruf atau angka."
    ),
    "Choose how long it is shown: a message always has an end.": "Pilih berapa lama tayang: pesan selalu punya akhir.",
    "Write until when, like 18:00: a message always has an end.": (
        "Tulis sampai pukul berapa, misalnya 18.00: pesan selalu punya akhir."
    ),
    "This is no time; write hours and minutes, like 18:00.": "Ini bukan waktu; tulis jam dan menit, misalnya 18.00.",
    "There is no {clock}; hours go from 00 to 23, minutes from 00 to 59.": (
        "Tidak ada pukul {clock}; jam dari 00 sampai 23, menit dari 00 sampai 59."
    ),
    "{clock} is over already: it is {now} at the panels ({zone}). Choose a later time, or another day.": (
        "{clock} sudah lewat: di panel sekarang pukul {now} ({zone}). Pilih waktu yang lebih akhir, atau hari lain."
    ),
    "A message lasts a week at most; choose an earlier day, and send it again then.": (
        "Pesan paling lama seminggu; pilih hari yang lebih awal, lalu kirim lagi nanti."
    ),
    "This is no day; choose one, or write it as year-month-day.": "Ini bukan tanggal; pilih, atau tulis tahun-bulan-hari.",
    "This picture is gone; type on, and a new one is drawn.": "Gambar ini sudah tidak ada; ketik lagi, gambar baru dibuat.",
    # urgent: what it comes to
    "The message as {names} will draw it": "Pesan seperti yang digambar {names}",
    "readable while driving past": "terbaca sambil lewat berkendara",
    "readable by people who stand there": "terbaca oleh orang yang berhenti",
    "takes {n} pages in turn, {s} s together": "menjadi {n} halaman bergantian, bersama {s} dtk",
    "letters {n} pixels high": "tinggi huruf {n} piksel",
    "This could not be drawn for {names}; shorten it, or try again.": (
        "Ini tidak dapat digambar untuk {names}; persingkat, atau coba lagi."
    ),
    "{names}: the size of the screen is not known yet, so it cannot be drawn here.": (
        "{names}: ukuran layar belum diketahui, jadi belum dapat digambar di sini."
    ),
    "{n} more sizes are not drawn.": "{n} ukuran lagi tidak digambar.",
    "A film is shown as it is; play it on the page Content.": "Film tayang apa adanya; putar di halaman Konten.",
    "{n} of {most} letters": "{n} dari {most} huruf",
    "short enough for all who drive past": "cukup pendek untuk semua yang lewat berkendara",
    "too long or too small to be read while driving past; shorten it": (
        "terlalu panjang atau terlalu kecil untuk dibaca sambil berkendara; persingkat"
    ),
    "takes several pages: who drives past sees one of them; shorten it": (
        "menjadi beberapa halaman: yang lewat hanya melihat satu; persingkat"
    ),
    "no font here has {letters}": "tidak ada huruf untuk {letters} di sini",
    "today until {clock}, {span} from now": "hari ini sampai pukul {clock}, {span} lagi",
    "tomorrow until {clock}, {span} from now": "besok sampai pukul {clock}, {span} lagi",
    "until {day} {clock}, {span} from now": "sampai {day} pukul {clock}, {span} lagi",
    "{n} panel": "{n} panel",
    "{n} panels": "{n} panel",
    "Show it on {n} panel": "Tayangkan di {n} panel",
    "Show it on {n} panels": "Tayangkan di {n} panel",
    "Ask a second person for {n} panel": "Minta persetujuan orang kedua untuk {n} panel",
    "Ask a second person for {n} panels": "Minta persetujuan orang kedua untuk {n} panel",
    # urgent: two persons
    "Waits for a second person": "Menunggu orang kedua",
    "{who} asks for it on {n} panels: {names}. Until": "{who} memintanya di {n} panel: {names}. Sampai",
    "Yes, show it": "Ya, tayangkan",
    'urgent message "{text}" on {n} panels': 'pesan darurat "{text}" di {n} panel',
    "It waits for a second person, who sees it on every page.": (
        "Pesan menunggu orang kedua, yang melihatnya di setiap halaman."
    ),
    "This message's time is over; ask for it again with a later end.": (
        "Waktu pesan ini sudah habis; minta lagi dengan akhir yang lebih lama."
    ),
    "The broker is not reached: say yes when it is back, or nobody would see the message.": (
        "Broker tidak terjangkau: setujui setelah tersambung lagi, kalau tidak pesannya tidak sampai."
    ),
    "The message is not shown.": "Pesan tidak ditayangkan.",
    # urgent: sent
    "Sent to {n} panel; below is who shows it.": "Terkirim ke {n} panel; di bawah ini siapa yang menayangkannya.",
    "Sent to {n} panels; below is who shows it.": "Terkirim ke {n} panel; di bawah ini siapa yang menayangkannya.",
    "the broker is not reached, so no panel has heard of it; try again when it is back": (
        "broker tidak terjangkau, jadi belum ada panel yang mendengarnya; coba lagi setelah tersambung"
    ),
    "It was not sent: {why}": "Tidak terkirim: {why}",
    "This message is over already.": "Pesan ini sudah berakhir.",
    "The message ends; the panels go on as planned.": "Pesan berakhir; panel tayang lagi sesuai rencana.",
    "The template {name} is kept.": "Templat {name} tersimpan.",
    "The template {name} is removed.": "Templat {name} dihapus.",
    "It was not removed: {why}": "Tidak terhapus: {why}",
    "There is no such template any more.": "Templat itu sudah tidak ada.",
    "On screen now": "Sedang tayang",
    "{n} of {all} panels show it": "{n} dari {all} panel menayangkan",
    "{n} panel shows it": "{n} panel menayangkan",
    "{n} panels show it": "{n} panel menayangkan",
    "all {n} panels show it": "semua {n} panel menayangkan",
    "ended; waiting for the panels": "diakhiri; menunggu panel",
    "by {who}, until": "dari {who}, sampai",
    "End it": "Akhiri",
    "refused": "ditolak",
    "not on screen": "tidak tampil",
    "not there": "tidak terhubung",
    "on its way": "dalam perjalanan",
    "sent by another program": "dikirim program lain",
    "No urgent message is on screen.": "Tidak ada pesan darurat yang tayang.",
    "nothing has been heard of this panel": "belum ada kabar dari panel ini",
    "the panel is black by command; end that on its page": "panel dihitamkan atas perintah; akhiri di halamannya",
    "something else": "hal lain",
    "it has the message, and shows {what}": "pesan sudah diterima, yang tampil {what}",
    "sent; the panel has not answered yet": "terkirim; panel belum menjawab",
    "off, or without a network; it shows the message when it is back, until the message's end": (
        "mati, atau tanpa jaringan; pesan tampil begitu panel kembali, sampai pesan berakhir"
    ),
    "it has sent nothing for minutes; look at its network": "tidak ada kabar beberapa menit; periksa jaringannya",
    "it has no letters for {letters}; its technician installs {package}": (
        "tidak punya huruf untuk {letters}; teknisi memasang {package}"
    ),
    "it shows another message that is more urgent; end that one first": (
        "sedang tayang pesan lain yang lebih penting; akhiri yang itu dulu"
    ),
    "it does not have this film yet; look at its page, Content": "film ini belum ada di sana; lihat halamannya, bagian Konten",
    "this film was taken down there": "film ini sudah diturunkan di sana",
    "the message came too late; look at the panel's clock": "pesan datang terlambat; periksa jam panel",
    "it takes no urgent messages (office.allow in its settings)": (
        "panel ini tidak menerima pesan darurat (office.allow di pengaturannya)"
    ),
    "it shows the message until its next restart only; look at its disk": (
        "pesan hanya tampil sampai panel dihidupkan ulang; periksa disknya"
    ),
    "it refused: {why}": "ditolak: {why}",
    # urgent: templates
    "Flood": "Banjir",
    "FLOOD at ___\nAvoid the area\nHelp: 112": "BANJIR di ___\nHindari daerah ini\nBantuan: 112",
    "Road closed": "Jalan ditutup",
    "ROAD CLOSED\n___\nTurn off at ___": "JALAN DITUTUP\n___\nBelok di ___",
    "Power": "Listrik",
    "POWER IS OFF at ___\nuntil ___": "LISTRIK PADAM di ___\nsampai ___",
    "Event": "Acara",
    "TODAY at ___\n___": "HARI INI pukul ___\n___",
    "{file} cannot be read ({why}); put it right in an editor, or rename it.": (
        "{file} tidak terbaca ({why}); perbaiki dengan editor, atau ganti namanya."
    ),
    "A template is called so already; choose another name.": "Sudah ada templat bernama itu; pilih nama lain.",
    "There are {n} templates already; delete one first.": "Sudah ada {n} templat; hapus satu dulu.",
    "Give the template a name, like Flood.": "Beri nama templatnya, misalnya Banjir.",
    "A template's name has at most {most} letters.": "Nama templat paling banyak {most} huruf.",
    "A template has at most {most} letters.": "Templat paling banyak {most} huruf.",
    "Templates of urgent messages: the page Urgent writes this file, an editor may.": (
        "Templat pesan darurat: halaman Darurat menulis berkas ini, editor juga boleh."
    ),
    # records
    "What was on screen, second by second, signed by each panel. Times are the panels' ({zone}).": (
        "Apa yang tayang, detik demi detik, ditandatangani setiap panel. Waktu menurut panel ({zone})."
    ),
    "The records are being read.": "Catatan sedang dibaca.",
    "Show the records": "Tampilkan catatan",
    "No records have been collected yet": "Belum ada catatan yang dikumpulkan",
    "Each panel writes down what it shows. The office's collector takes that in; it is a service of this computer:": (
        "Setiap panel mencatat apa yang ditayangkannya. Pengumpul di kantor menerimanya; itu sebuah layanan di komputer ini:"
    ),
    "Then open this page again: a panel sends what it has within a quarter of an hour. Panels without a network bring theirs by "
    "stick.": (
        "Lalu buka lagi halaman ini: panel mengirim catatannya dalam seperempat jam. Panel tanpa jaringan membawanya lewat stik."
    ),
    "To the sticks": "Ke stik",
    "The records cannot be read now: {why}": "Catatan tidak dapat dibaca sekarang: {why}",
    "Try again": "Coba lagi",
    "The collector runs, and no panel has sent anything yet.": "Pengumpul berjalan, dan belum ada panel yang mengirim.",
    "cannot be kept": "tidak dapat dipenuhi",
    "too slow": "terlalu lambat",
    "on course": "sesuai rencana",
    "Bookings stand in {file}: who was promised how many plays a day.": (
        "Pemesanan tertulis di {file}: siapa dijanjikan berapa kali tayang sehari."
    ),
    "The chain of each panel": "Rantai setiap panel",
    "Each record is tied to the one before it and signed by the panel: what is changed, taken away or put in afterwards is "
    "found.": (
        "Setiap catatan terikat pada catatan sebelumnya dan ditandatangani panel: yang diubah, dihapus, atau disisipkan kemudian "
        "akan ketahuan."
    ),
    "Key of the panel": "Kunci panel",
    "Head of the chain": "Ujung rantai",
    "waits: panel-office accept-key {panel}": "menunggu: panel-office accept-key {panel}",
    "Check every record now": "Periksa semua catatan sekarang",
    "The check has begun; its result comes below.": "Pemeriksaan dimulai; hasilnya muncul di bawah.",
    "A check runs already; its result comes below.": "Pemeriksaan sedang berjalan; hasilnya muncul di bawah.",
    "Every record is being compared with what the panels signed, since": (
        "Semua catatan sedang dibandingkan dengan yang ditandatangani panel, sejak"
    ),
    "The check runs": "Pemeriksaan berjalan",
    "The check could not be made: {why}": "Pemeriksaan tidak dapat dilakukan: {why}",
    "changed": "diubah",
    "was changed": "telah diubah",
    "unchanged": "tidak berubah",
    "records 1 to {n} are as the panel signed them": "catatan 1 sampai {n} persis seperti yang ditandatangani panel",
    "Day before": "Hari sebelumnya",
    "Day after": "Hari berikutnya",
    "Download as {form}": "Unduh sebagai {form}",
    "What this report stands on": "Dasar laporan ini",
    "Another report": "Laporan lain",
    "A day of a panel": "Satu hari sebuah panel",
    "Show the day": "Tampilkan harinya",
    "Air time": "Waktu tayang",
    "Client": "Klien",
    "All clients": "Semua klien",
    "Month": "Bulan",
    "All panels": "Semua panel",
    "Show the air time": "Tampilkan waktu tayang",
    "Items": "Konten yang tayang",
    "Show the items": "Tampilkan kontennya",
    "This report cannot be made: {why}": "Laporan ini tidak dapat dibuat: {why}",
    "Choose a panel from the list.": "Pilih panel dari daftar.",
    "Choose a month from the list.": "Pilih bulan dari daftar.",
    "The last day lies before the first one; change one of them.": (
        "Hari terakhir sebelum hari pertama; ubah salah satunya."
    ),
    # sticks
    "For panels without a network: their content on a USB stick, signed by the office.": (
        "Untuk panel tanpa jaringan: isinya di stik USB, ditandatangani kantor."
    ),
    "No folder is named in the settings of the console yet ([[folder]]).": (
        "Belum ada folder di pengaturan konsol ([[folder]])."
    ),
    "ready": "siap",
    "not signed": "belum ditandatangani",
    "changed since it was signed": "berubah sejak ditandatangani",
    "its time is over": "masa berlakunya habis",
    "the signature is wrong": "tanda tangannya salah",
    "cannot go onto a stick": "tidak bisa masuk stik",
    "for all panels": "untuk semua panel",
    "for {names}": "untuk {names}",
    "off, or without a network now: {names}": "sekarang mati atau tanpa jaringan: {names}",
    "without an end": "tanpa batas waktu",
    "Serial number {n}: {files} files, {size},": "Nomor seri {n}: {files} berkas, {size},",
    "Its signature is checked by the panels; to have it checked here too, put office.pub into the data folder.": (
        "Tanda tangannya diperiksa panel; agar diperiksa di sini juga, taruh office.pub di folder data."
    ),
    "Download the stick's content ({size})": "Unduh isi stik ({size})",
    "Take a stick with enough room, formatted as exFAT. A folder panel that is on it from before goes first; panel/receipts may "
    "stay.": (
        "Siapkan stik yang cukup lega, berformat exFAT. Folder panel yang lama dihapus dulu; panel/receipts boleh tetap."
    ),
    "Unpack the file onto the stick: at its top there is then one folder, called panel.": (
        "Ekstrak berkasnya ke stik: di paling atas lalu ada satu folder bernama panel."
    ),
    "Eject the stick in Windows before you pull it.": "Keluarkan (eject) stik di Windows sebelum dicabut.",
    'Plug it into the panel\'s computer and wait until the panel itself says "SELESAI - CABUT USB" (DONE - PULL OUT USB STICK). '
    "A number there is explained in the technician's manual.": (
        'Colokkan ke komputer panel dan tunggu sampai panel menampilkan "SELESAI - CABUT USB". Nomor yang muncul di sana '
        "dijelaskan di buku teknisi."
    ),
    "Bring the stick back, and send its folder panel/receipts below: then it stands here what each panel did.": (
        "Bawa stiknya kembali, lalu kirim folder panel/receipts di bawah: lalu tertulis di sini apa yang dilakukan setiap panel."
    ),
    "Different from what was signed:": "Berbeda dari yang ditandatangani:",
    "Put that right in the folder, then load this page again.": "Perbaiki di foldernya, lalu muat ulang halaman ini.",
    "The folder {place} waits for its signature. This console holds no signing key, on purpose: whoever has the office's key "
    "types this on the computer where the key is:": (
        "Folder {place} menunggu tanda tangan. Konsol ini sengaja tidak menyimpan kunci: pemegang kunci kantor mengetik ini di "
        "komputer tempat kuncinya:"
    ),
    "Copy": "Salin",
    "If the folder has another name on that computer, write that one. After its last day no panel takes the stick any more.": (
        "Kalau di komputer itu nama foldernya lain, tulis nama itu. Sesudah hari terakhirnya tidak ada panel yang menerima "
        "stiknya."
    ),
    "What came back": "Yang kembali",
    "Plug the stick in, and choose its folder panel/receipts: what each panel did with the stick, and the records of what it "
    "showed. Nothing else of the stick is sent.": (
        "Colokkan stiknya, lalu pilih folder panel/receipts: apa yang dilakukan setiap panel dengan stik itu, dan catatan apa "
        "yang ditayangkannya. Isi stik yang lain tidak dikirim."
    ),
    "The folder panel/receipts": "Folder panel/receipts",
    "Or a zip file, or single files": "Atau berkas zip, atau berkas satu per satu",
    "Take it in": "Terima",
    "The receipts that are kept cannot be read now; look at the log of the console.": (
        "Tanda terima yang tersimpan tidak terbaca sekarang; lihat log konsol."
    ),
    "Stick": "Stik",
    "What it did where": "Hasilnya di mana",
    "serial number {n}": "nomor seri {n}",
    "never verified": "tidak pernah terverifikasi",
    "taken": "diterima",
    "there already": "sudah ada",
    "Every receipt": "Semua tanda terima",
    "No receipt has come back yet.": "Belum ada tanda terima yang kembali.",
    "Several sticks are being downloaded just now; try again in some minutes.": (
        "Beberapa stik sedang diunduh; coba lagi beberapa menit lagi."
    ),
    "This folder is not signed as it is now; sign it, then load the page again.": (
        "Folder ini belum ditandatangani seperti keadaannya sekarang; tanda tangani, lalu muat ulang halaman."
    ),
    "This folder cannot be read: {why}": "Folder ini tidak terbaca: {why}",
    "Choose the stick's folder panel/receipts, or a zip file of it.": (
        "Pilih folder panel/receipts di stik, atau berkas zip darinya."
    ),
    "This file is damaged, or no zip file; copy panel/receipts from the stick again.": (
        "Berkas ini rusak, atau bukan berkas zip; salin lagi panel/receipts dari stik."
    ),
    "This zip file has a password; pack it without one.": "Berkas zip ini memakai sandi; buat lagi tanpa sandi.",
    "A file in it is larger than any panel writes; nothing of it was taken.": (
        "Ada berkas yang lebih besar daripada tulisan panel mana pun; tidak ada yang diterima."
    ),
    "There are more files in it than a stick holds; choose the folder panel/receipts only.": (
        "Berkasnya lebih banyak daripada isi sebuah stik; pilih folder panel/receipts saja."
    ),
    "This could not be read, and nothing of it was taken; it is damaged, or no panel wrote it.": (
        "Ini tidak terbaca, dan tidak ada yang diterima; berkasnya rusak, atau bukan tulisan panel."
    ),
    "{n} new receipt": "{n} tanda terima baru",
    "{n} new receipts": "{n} tanda terima baru",
    "{n} known already": "{n} sudah dikenal",
    "{n} new record": "{n} catatan baru",
    "{n} new records": "{n} catatan baru",
    "records of a new key wait: panel-office accept-key": "catatan dari kunci baru menunggu: panel-office accept-key",
    "no receipt: {names}": "bukan tanda terima: {names}",
}
