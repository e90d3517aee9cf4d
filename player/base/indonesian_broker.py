"""Bahasa Indonesia for why the broker is not reached: what the connection, its session and the console say of it.

Knows: the sentences (tests/office/web/live/test_link_words.py compares). Touches nothing. Must not: lack one that a page shows.
`{}` is a part that stays as it is.
"""

from __future__ import annotations

BROKER = {
    "the connection was lost": "sambungannya terputus",
    "the broker stopped answering": "broker berhenti menjawab",
    "the broker does not answer": "broker tidak menjawab",
    "it said nothing": "ia tidak mengatakan apa-apa",
    "closed": "ditutup",
    "closed by us": "ditutup dari sini",
    "a fault in the MQTT library (see the log)": "kesalahan di pustaka MQTT (lihat log)",
    "a fault in the console (see its log)": "kesalahan di konsol (lihat lognya)",
    "the console is connecting": "konsol sedang menyambung",
    "the console fell behind and reads everything again": "konsol tertinggal dan membaca semuanya lagi",
    "the console has no connection to the broker": "konsol tidak terhubung ke broker",
    "The settings of this office name no broker (host = ...), so no panel can be seen or commanded.": (
        "Pengaturan kantor ini tidak menyebut broker (host = ...), jadi tidak ada panel yang dapat dilihat atau diperintah."
    ),
    "the broker took the connection and never answered": "broker menerima sambungan dan tidak pernah menjawab",
    "the broker refused {}": "broker menolak {}",
    "the broker refused it": "broker menolaknya",
    "the broker sends a packet of {} bytes, more than the {} we take": (
        "broker mengirim paket {} byte, lebih dari {} yang diterima di sini"
    ),
    "this account may not send commands; ask for the role of an operator": (
        "akun ini tidak boleh mengirim perintah; mintalah peran operator"
    ),
    "this account may not read {}; ask for the role of a viewer": "akun ini tidak boleh membaca {}; mintalah peran viewer",
    "{} port {}: no answer": "{} porta {}: tidak ada jawaban",
    "{} port {}: no answer within {} s": "{} porta {}: tidak ada jawaban dalam {} s",
    "{} port {}: no such host, or no network ({})": "{} porta {}: tidak ada komputer bernama itu, atau tidak ada jaringan ({})",
    "{} port {}: Connection refused": "{} porta {}: sambungan ditolak; tidak ada broker yang berjalan di sana",
    "{} port {}: Connection reset by peer": "{} porta {}: sambungan diputus dari sana",
    "{} port {}: Network is unreachable": "{} porta {}: jaringan tidak terjangkau",
    "{} port {}: No route to host": "{} porta {}: tidak ada jalan ke komputer itu",
    "{} port {}: the broker's certificate is not trusted ({}); check office.ca_file": (
        "{} porta {}: sertifikat broker tidak dipercaya ({}); periksa office.ca_file"
    ),
    "{} port {}: TLS failed ({}); check office.tls, port and certificates": (
        "{} porta {}: TLS gagal ({}); periksa office.tls, porta, dan sertifikat"
    ),
    "{} port {}: the broker speaks no TLS on this port; its port with TLS is mostly 8883 (or set tls = false)": (
        "{} porta {}: broker tidak memakai TLS di porta ini; porta dengan TLS biasanya 8883 (atau setel tls = false)"
    ),
    "{} port {}: the broker speaks TLS on this port; set tls = true, or use its port without TLS (mostly 1883)": (
        "{} porta {}: broker memakai TLS di porta ini; setel tls = true, atau pakai porta tanpa TLS (biasanya 1883)"
    ),
    "{} port {}: the broker speaks only MQTT 3.1.1, and MQTT 5 is needed; use mosquitto 1.6 or later, EMQX or HiveMQ": (
        "{} porta {}: broker hanya bisa MQTT 3.1.1, padahal perlu MQTT 5; pakailah mosquitto 1.6 atau lebih baru, EMQX, "
        "atau HiveMQ"
    ),
}
"""English template -> Indonesian template."""
