"""The sentences of the frame, of signing in, of people and of the log.

Knows: the sentences. Touches nothing. Must not: hold one that no page says.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # every page
    "Panel console": "Konsol panel",
    "To the content": "Ke isi halaman",
    "Pages": "Halaman",
    "Panels": "Panel",
    "Urgent": "Darurat",
    "Content": "Konten",
    "Records": "Catatan",
    "Sticks": "Stik",
    "People": "Orang",
    "Log": "Log",
    "All times are in this zone.": "Semua waktu menurut zona ini.",
    "Sign out": "Keluar",
    "The console's server does not answer. What stands here is {span} old; the page goes on by itself when the server is back.": (
        "Server konsol tidak menjawab. Yang tertulis di sini berumur {span}; halaman berjalan lagi sendiri begitu server kembali."
    ),
    "The broker has not been reached for {span}, so what the panels do now is not known ({why}).": (
        "Broker tidak terjangkau selama {span}, jadi keadaan panel sekarang tidak diketahui ({why})."
    ),
    "The broker is not reached yet, so what the panels do now is not known ({why}).": (
        "Broker belum terjangkau, jadi keadaan panel sekarang tidak diketahui ({why})."
    ),
    "{who} asks for a second yes: {what}": "{who} meminta persetujuan kedua: {what}",
    "Look at it": "Lihat",
    # times
    "{span} ago": "{span} yang lalu",
    "{n} s": "{n} dtk",
    "{n} min": "{n} mnt",
    "{n} h": "{n} jam",
    "{h} h {m} min": "{h} jam {m} mnt",
    "{n} days": "{n} hari",
    # what did not work
    "That did not work": "Itu tidak berhasil",
    "Something went wrong in the console itself. It is written in its log; if it happens again, tell whoever looks after "
    "this computer.": (
        "Ada yang salah di konsol sendiri. Hal itu tertulis di lognya; kalau terjadi lagi, beri tahu petugas komputer ini."
    ),
    "Go back with your browser; what you typed is still there.": (
        "Kembalilah dengan tombol peramban; yang Anda ketik masih ada."
    ),
    "To the panels": "Ke panel",
    "Not for your account": "Bukan untuk akun Anda",
    "Your account may not do this; an admin can give it another role.": (
        "Akun Anda tidak berhak melakukan ini; admin dapat memberinya peran lain."
    ),
    "You are not signed in any more; sign in, then do it again.": "Anda sudah keluar; masuklah, lalu ulangi.",
    "This form is too old, or not from this page; load the page again.": (
        "Formulir ini terlalu lama, atau bukan dari halaman ini; muat ulang halamannya."
    ),
    "The browser sent something that cannot be read; load the page again.": (
        "Peramban mengirim sesuatu yang tidak terbaca; muat ulang halamannya."
    ),
    "There is no such page, or what it was about is gone.": "Halaman ini tidak ada, atau yang dibahasnya sudah tidak ada.",
    "This is larger than what may be sent here.": "Ini lebih besar daripada yang boleh dikirim ke sini.",
    "The console is not called so; use the address that its settings name.": (
        "Konsol ini tidak bernama begitu; pakailah alamat yang tertulis di pengaturannya."
    ),
    "The console is reached by https through its proxy only; the proxy must say X-Forwarded-Proto.": (
        "Konsol hanya dicapai dengan https lewat proksinya; proksi harus mengirim X-Forwarded-Proto."
    ),
    "This is a file; text is expected here.": "Ini berkas; di sini seharusnya teks.",
    "This is too long: {n} characters; {most} fit.": "Ini terlalu panjang: {n} huruf; yang muat {most}.",
    # signing in
    "Sign in": "Masuk",
    "There is no account yet. On the console's own computer, write:": "Belum ada akun. Di komputer konsol sendiri, tulislah:",
    "NAME": "NAMA",
    "Account": "Akun",
    "Password": "Kata sandi",
    "Your code": "Kode Anda",
    "Code from the telephone": "Kode dari telepon",
    "Six digits from your authenticator app. Telephone lost? Type one of your recovery codes.": (
        "Enam angka dari aplikasi autentikator Anda. Telepon hilang? Ketik salah satu kode pemulihan Anda."
    ),
    "Go on": "Lanjut",
    "Type your account and its password.": "Ketik akun Anda dan kata sandinya.",
    "This account and this password do not belong together.": "Akun dan kata sandi ini tidak cocok.",
    "This account is closed; an admin can open it again.": "Akun ini ditutup; admin dapat membukanya lagi.",
    "Too many wrong tries. Wait {n} s, then try again.": "Terlalu banyak percobaan yang salah. Tunggu {n} dtk, lalu coba lagi.",
    "Too many wrong tries. Wait some minutes, then try again.": (
        "Terlalu banyak percobaan yang salah. Tunggu beberapa menit, lalu coba lagi."
    ),
    "That took too long; sign in again.": "Itu terlalu lama; masuklah lagi.",
    "This code is wrong, or was used already; wait for the next one.": (
        "Kode ini salah, atau sudah dipakai; tunggu kode berikutnya."
    ),
    # one's own page
    "Account {account}": "Akun {account}",
    "viewer": "pemantau",
    "editor (content)": "penyunting (konten)",
    "operator (panels)": "operator (panel)",
    "admin": "admin",
    "Name": "Nama",
    "Your name, as others and the panels' logs see it": "Nama Anda, seperti dilihat orang lain dan log panel",
    "Save the name": "Simpan nama",
    "Your name is changed.": "Nama Anda sudah diubah.",
    "Present password": "Kata sandi sekarang",
    "New password": "Kata sandi baru",
    "At least 12 characters; several words are easy to keep in mind.": (
        "Paling sedikit 12 huruf; beberapa kata mudah diingat."
    ),
    "The new password again": "Kata sandi baru sekali lagi",
    "Change the password": "Ganti kata sandi",
    "The two are not the same.": "Keduanya tidak sama.",
    "Your password is changed; everywhere else you are signed out.": (
        "Kata sandi Anda sudah diganti; di tempat lain Anda dikeluarkan."
    ),
    "This is not your present password.": "Ini bukan kata sandi Anda yang sekarang.",
    "Second factor": "Faktor kedua",
    "Set up": "Terpasang",
    "{n} recovery code is left.": "Tersisa {n} kode pemulihan.",
    "{n} recovery codes are left.": "Tersisa {n} kode pemulihan.",
    "Set it up anew": "Pasang ulang",
    "Your role needs a second factor: set it up first.": "Peran Anda memerlukan faktor kedua: pasang dahulu.",
    "Your role needs a second factor. Set it up now: until then this is the only page that you can use.": (
        "Peran Anda memerlukan faktor kedua. Pasang sekarang: sebelum itu hanya halaman ini yang dapat Anda pakai."
    ),
    "Your role needs a second factor: it can be set up anew, not taken away.": (
        "Peran Anda memerlukan faktor kedua: dapat dipasang ulang, tidak dapat dicabut."
    ),
    "Must be set up": "Harus dipasang",
    "Take the second factor away": "Cabut faktor kedua",
    "The second factor is taken away.": "Faktor kedua sudah dicabut.",
    "After the password, a code from your telephone: whoever knows your password alone does not come in.": (
        "Sesudah kata sandi, sebuah kode dari telepon Anda: siapa yang hanya tahu kata sandi Anda tidak dapat masuk."
    ),
    "Set up the second factor": "Pasang faktor kedua",
    "Where you are signed in": "Di mana Anda masuk",
    "since": "sejak",
    "used": "dipakai",
    "here": "di sini",
    "Sign out everywhere else": "Keluar di semua tempat lain",
    "Everywhere else you are signed out.": "Di semua tempat lain Anda sudah keluar.",
    "The one that you have goes on to count until this one is set up.": (
        "Yang Anda punya tetap berlaku sampai yang ini terpasang."
    ),
    "1. Scan this with an authenticator app on your telephone": "1. Pindai ini dengan aplikasi autentikator di telepon Anda",
    "Or type this secret into the app:": "Atau ketik rahasia ini ke aplikasinya:",
    "2. Type the code that it shows": "2. Ketik kode yang ditampilkannya",
    "This is not the code of this secret. Is the telephone's clock right? Type the code that it shows now.": (
        "Ini bukan kode dari rahasia ini. Apakah jam telepon benar? Ketik kode yang ditampilkannya sekarang."
    ),
    "The second factor is set up": "Faktor kedua terpasang",
    "Recovery codes": "Kode pemulihan",
    "Each of these signs you in once when the telephone is lost. Write them down now, and keep them where your password is "
    "not: they are not shown again.": (
        "Tiap kode ini memasukkan Anda satu kali bila telepon hilang. Catat sekarang, dan simpan di tempat yang berbeda dari "
        "kata sandi Anda: kode ini tidak ditampilkan lagi."
    ),
    "I have written them down": "Sudah saya catat",
    # passwords and names
    "A password has at least {n} characters; several words are easy to keep in mind.": (
        "Kata sandi paling sedikit {n} huruf; beberapa kata mudah diingat."
    ),
    "A password has at most {n} characters.": "Kata sandi paling banyak {n} huruf.",
    "This password is too easy to guess: it repeats itself, or is the name.": (
        "Kata sandi ini terlalu mudah ditebak: isinya berulang, atau sama dengan nama."
    ),
    "An account's name has 2 to 32 letters a to z, digits, dots or hyphens, without spaces.": (
        "Nama akun terdiri dari 2 sampai 32 huruf a sampai z, angka, titik, atau tanda hubung, tanpa spasi."
    ),
    "There is an account {name} already.": "Sudah ada akun {name}.",
    "No account is called {name}.": "Tidak ada akun bernama {name}.",
    "This is the last admin; make somebody else an admin first.": "Ini admin terakhir; jadikan orang lain admin dahulu.",
    "A name has only letters and signs that can be seen.": "Nama hanya berisi huruf dan tanda yang terlihat.",
    "A name has 1 to {n} characters.": "Nama terdiri dari 1 sampai {n} huruf.",
    "Choose a role.": "Pilih sebuah peran.",
    # people
    "{n} account": "{n} akun",
    "{n} accounts": "{n} akun",
    "{n} with a second factor": "{n} dengan faktor kedua",
    "Accounts": "Akun-akun",
    "Role": "Peran",
    "Last here": "Terakhir di sini",
    "closed": "ditutup",
    "None": "Tidak ada",
    "not signed in": "tidak masuk",
    "A new account": "Akun baru",
    "What one signs in with: small letters, digits, dots, hyphens.": (
        "Yang dipakai untuk masuk: huruf kecil, angka, titik, tanda hubung."
    ),
    "As others and the panels' logs see it.": "Seperti dilihat orang lain dan log panel.",
    "Make the account": "Buat akun",
    "A viewer looks. An editor also changes content and publishes it. An operator also commands panels and shows urgent "
    "messages. An admin may do everything, and looks after the accounts.": (
        "Pemantau melihat. Penyunting juga mengubah konten dan menerbitkannya. Operator juga memerintah panel dan menayangkan "
        "pesan darurat. Admin boleh semuanya, dan mengurus akun."
    ),
    "Who signed in, and who tried": "Siapa yang masuk, dan siapa yang mencoba",
    "When": "Kapan",
    "Result": "Hasil",
    "From": "Dari",
    "Sign-in log": "Log masuk",
    "Nobody has signed in yet.": "Belum ada yang masuk.",
    "signed in": "masuk",
    "password right, code asked for": "kata sandi benar, kode diminta",
    "wrong password": "kata sandi salah",
    "wrong code": "kode salah",
    "account closed": "akun ditutup",
    "too many tries": "terlalu banyak percobaan",
    "signed out": "keluar",
    "Save the role": "Simpan peran",
    "{name} is now {role}.": "{name} sekarang {role}.",
    "When this person cannot come in": "Bila orang ini tidak dapat masuk",
    "A new password is made and shown to you once; the person changes it after signing in.": (
        "Kata sandi baru dibuat dan ditampilkan kepada Anda satu kali; orangnya menggantinya sesudah masuk."
    ),
    "Give a new password": "Beri kata sandi baru",
    "Telephone and recovery codes are lost: the person signs in with the password alone, and sets it up anew.": (
        "Telepon dan kode pemulihan hilang: orangnya masuk dengan kata sandi saja, lalu memasangnya lagi."
    ),
    "{name} signs in with the password alone now.": "{name} sekarang masuk dengan kata sandi saja.",
    "Close the account": "Tutup akun",
    "Open the account again": "Buka akun lagi",
    "Nobody signs in with it any more, and it is signed out everywhere at once. What it did stays in the log.": (
        "Tidak ada lagi yang dapat masuk dengannya, dan ia langsung dikeluarkan di mana-mana. Yang dilakukannya tetap di log."
    ),
    "The account {name} is closed, and signed out everywhere.": "Akun {name} ditutup, dan dikeluarkan di mana-mana.",
    "The account {name} is open again.": "Akun {name} terbuka lagi.",
    "What this person did last": "Yang terakhir dilakukan orang ini",
    "Nothing yet.": "Belum ada.",
    "First password": "Kata sandi pertama",
    "Give these to the person, on paper or by telephone. The password is not shown again.": (
        "Berikan ini kepada orangnya, di kertas atau lewat telepon. Kata sandi tidak ditampilkan lagi."
    ),
    "I have given them": "Sudah saya berikan",
    # the log
    "Who did what": "Siapa melakukan apa",
    "Line {n} is not as it was written": "Baris {n} tidak seperti waktu ditulis",
    "{n} line, none changed": "{n} baris, tidak ada yang diubah",
    "{n} lines, none changed": "{n} baris, tidak ada yang diubah",
    "Search in the log": "Cari di log",
    "Search": "Cari",
    "All as CSV": "Semua sebagai CSV",
    "No.": "No.",
    "Who": "Siapa",
    "What": "Apa",
    "To what": "Terhadap apa",
    "Older ones": "Yang lebih lama",
    "No line has these words.": "Tidak ada baris dengan kata ini.",
    "Nothing has been done yet.": "Belum ada yang dilakukan.",
    "Lines are only added. Each holds a hash over the one before, so that a changed or missing line is seen.": (
        "Baris hanya ditambahkan. Masing-masing berisi hash dari baris sebelumnya, sehingga baris yang diubah atau "
        "hilang terlihat."
    ),
    "There is no such line in the log.": "Tidak ada baris seperti itu di log.",
    "Line {n} of the log": "Baris {n} dari log",
    "Line": "Baris",
    "Hash": "Hash",
    "What changed in it": "Yang berubah di dalamnya",
    "Before": "Sebelum",
    "After": "Sesudah",
    # a second yes
    "Nothing waits for a second yes here; it was answered or taken back.": (
        "Tidak ada yang menunggu persetujuan kedua di sini; sudah dijawab atau ditarik."
    ),
    "This was decided or taken back already.": "Ini sudah diputuskan atau ditarik.",
    "You asked for this yourself; another person must say yes.": "Anda sendiri yang memintanya; orang lain yang harus setuju.",
    "What was asked for has changed since; ask for it again.": "Yang diminta sudah berubah sejak itu; mintalah lagi.",
}
