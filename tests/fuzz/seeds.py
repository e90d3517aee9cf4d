"""Valid inputs of each format, as the programs of offices, sticks and panels write them, and the words they are made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from player.base.clocks import Now
from player.contract.commands import Command
from player.contract.encoding import encode, encode_health, encode_now
from player.contract.reports import AlertReport, NowReport, StateReport
from player.core.events import CommandArrived
from player.core.office.health import build_report
from player.core.state import Rules, RunState, State

WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

M3U = (
    b"#EXTM3U\n#EXTINF:10,Title\nmedia/a.mp4\n#EXTINF:-1,\nb.png\n",
    b"\xef\xbb\xbf#EXTM3U\r\n#EXT-X-PANEL:from=2026-12-01,until=2026-12-07T18:00,volume=40,fit=cover\r\nmedia\\a.mp4\r\n",
    b"#EXTVLCOPT:sout=#std{dst=/x}\nrtsp://camera.example/1\n\nfile:///home/d/a%20b.mp4\n../x\n/abs/y.mp4\nC:\\z.mp4\n",
    "#EXTINF:5,Café\nmedia/Café.png\n#x\n".encode("latin-1"),
    "#EXTM3U\n#EXTINF:5\na.mp4\n".encode("utf-16"),
    b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9.0,\nseg1.ts\n",
)
M3U_WORDS = (
    b"#EXTM3U", b"#EXTINF:", b"#EXT-X-PANEL:", b"from=", b"until=", b"volume=", b"fit=", b"cover", b"2026-12-01", b"T18:00",
    b"+07:00", b"Z", b"#EXTVLCOPT:", b"#EXT-X-TARGETDURATION", b"media/a.mp4", b"\n", b",", b'"', b"1e5", b"inf", b"nan",
)  # fmt: skip
OPTIONS = (
    b"from=2026-12-01, until=2026-12-07T18:00, volume=40, fit=cover",
    b'from="2026-12-01T18:00+07:00"',
    b"volume=0",
)
XSPF = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<playlist xmlns="http://xspf.org/ns/0/" '
    b'xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/" version="1"><title>x</title><trackList>\n<track>'
    b"<location>file:///home/d/a.mp4</location><title>t</title><duration>5000</duration>"
    b'<extension application="http://www.videolan.org/vlc/playlist/0"><vlc:id>0</vlc:id><vlc:option>x</vlc:option>'
    b"</extension></track>\n<track><location>media/b.png</location></track></trackList></playlist>\n",
    b'<playlist version="1"><trackList><track><location>a</location></track></trackList></playlist>',
    b'<!DOCTYPE p [<!ENTITY a "b">]><playlist>&a;</playlist>',
)
XSPF_WORDS = (
    b"<track>", b"</track>", b"<location>", b"</location>", b"<duration>", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"&a;",
    b"&#x10ffff;", b"<![CDATA[", b"]]>", b"<?xml encoding='utf-7'?>", b"<?xml encoding='utf-16'?>", b"xmlns:a='b'",
)  # fmt: skip
SCHEDULE = (
    b'timezone = "Asia/Jakarta"\n[[show]]\nplaylist = "morning"\ndays = ["mon", "tue"]\nfrom = 06:00:00\nuntil = 09:30:00\n'
    b'[[show]]\nplaylist = "festival"\nstart = 2026-12-01\nend = 2026-12-07\npriority = 10\n[[dark]]\nfrom = 23:00:00\n'
    b"until = 04:30:00\n",
    b'[[show]]\nplaylist = "nowhere"\nfrom = "6:00"\n',
    b"[show]\nplaylist = 3\n",
)
TOML_WORDS = (
    b"[[show]]", b"[[dark]]", b"[", b"]", b"=", b"'''", b'"""', b"playlist", b"priority", b"days", b"timezone", b"from", b"until",
    b"start", b"end", b"06:00:00", b"2026-12-01", b"2026-12-01T00:00:00Z", b"1e9", b"0x", b"inf", b"{ a = 1 }", b"a.b.c", b"#",
    b"\\u0000", b"\\UFFFFFFFF", b"_", b"[panel]", b"name", b"[screen]", b"brightness", b"[office]", b"port",
)  # fmt: skip
_EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{name}\r\nDTSTART:{start}\r\nDTEND:{end}\r\n{more}END:VEVENT\r\n"


def _calendar(*events: str) -> bytes:
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


CALENDAR = (
    _calendar(
        _EVENT.format(uid=1, name="morning", start="20261122T010000Z", end="20261122T020000Z", more="RRULE:FREQ=DAILY\r\n"),
        _EVENT.format(uid=2, name="DARK", start="20261123T160000Z", end="20261123T230000Z", more="PRIORITY:1\r\n"),
    ),
    _calendar(
        _EVENT.format(
            uid=3, name="festival", start="20261124T000000", end="20261124T100000",
            more="RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5\r\nEXDATE:20261126T000000\r\n",
        )
    ),
)  # fmt: skip
ICS_WORDS = (
    b"RRULE:FREQ=HOURLY", b"FREQ=YEARLY", b"BYMONTHDAY=31", b"BYSETPOS=-1", b"INTERVAL=0", b"COUNT=99999",
    b"UNTIL=20261231T000000Z",
    b"DTSTART;TZID=Asia/Nowhere:", b"DTSTART;VALUE=DATE:20261124", b"RDATE:20261125T000000Z", b"EXDATE:", b"RECURRENCE-ID:",
    b"DURATION:P1W", b"DURATION:-PT1H", b"STATUS:CANCELLED", b"BEGIN:VTIMEZONE\r\n", b"END:VTIMEZONE\r\n",
    b"BEGIN:VEVENT\r\n", b"\r\n ",
)  # fmt: skip
WHERE = (
    b"media/a.mp4", b"media\\a.mp4", b"file:///srv/panel/content/b.png", b"C:\\x\\b.png", b"../b.png",
    b"rtsp://camera.example:554/x",
    b"http://user:p@camera.example/", b"caf%C3%A9.png", "Café.png".encode(),
)  # fmt: skip
WHERE_WORDS = (
    b"../",
    b"..\\",
    b"%2e%2e/",
    b"%00",
    b"file:",
    b"//",
    b"http://",
    b"[::1]",
    b"@",
    b":99999",
    b"?",
    b"#",
    b"\xff",
)
NAMES = (
    b"a.mp4",
    b".a.mp4.Ab12Cd",
    b".syncthing.a.mp4.tmp",
    b"media/spot-10.mp4",
    b"~$x.docx",
    "Café.png".encode(),
    b"a.part",
)
NAME_WORDS = (
    b".",
    b"~",
    b".tmp",
    b".syncthing.",
    b"/",
    b"-",
    b"10",
    b"\xe0\xb9\x91",
    b"\xe2\x80\xae",
    b"\n",
    b"\xff",
    b".sync-conflict-",
)
_COMMANDS: tuple[dict[str, Any], ...] = (
    {"do": "next"},
    {"do": "goto", "args": {"item": 1}},
    {"do": "blank", "args": {"until": "2026-11-22T18:00:00+07:00"}, "expires": "2026-11-23T00:00:00Z"},
    {"do": "show", "args": {"text": "x", "seconds": 5.0, "colour": "#ff0000", "priority": 3}, "by": "d"},
    {"do": "show", "args": {"media": "a", "until": "2026-11-23T00:00:00Z"}},
    {"do": "play", "args": {"playlist": "default", "until": "2026-11-22T18:00:00Z"}},
    {"do": "volume", "args": {"percent": 5, "keep": True}},
    {"do": "brightness", "args": {"percent": "auto"}},
    {"do": "screenshot", "args": {"width": 320}},
    {"do": "identify", "args": {"seconds": 2.5}},
    {"do": "logs", "args": {"lines": 5}, "reason": "why"},
)
COMMANDS = tuple(json.dumps({"id": f"c{n}", **command}).encode() for n, command in enumerate(_COMMANDS))
REPORT_WORDS = (
    b"panels/a-1/health\n",
    b"panels/a-1/now\n",
    b"panels/a-1/alert/screen.black\n",
    b"panels/a-1/state\n",
    b"null",
    b'"at"',
)
_DECODER_LINES = tuple(
    json.dumps(line).encode()
    for line in (
        {"did": "ready", "confined": True},
        {"did": "cued", "play": 1, "length_s": 4.0},
        {"did": "cued", "play": 1, "length_s": None},
        {"did": "ended", "play": 1},
        {"did": "failed", "play": 1, "why": "VLC cannot play it"},
        {"did": "cleared", "play": 1},
        {"did": "heartbeat", "play": 1, "position_s": 1.5, "frames": 45, "memory_bytes": 70000000, "lost": 0},
        {"did": "heartbeat", "play": 0, "position_s": None, "frames": None, "memory_bytes": 1, "lost": None},
    )
)
DECODER_LINES = (*_DECODER_LINES, _DECODER_LINES[1] + b"\n" + _DECODER_LINES[6])
CONFIG = (
    b'[panel]\nname = "serang-01"\nstate_folder = "/tmp/x"\n[content]\nfolder = "/srv/c"\nstream_hosts = ["a.example"]\n'
    b'[screen]\ndisplay = ":0"\nbrightness = 80\n[office]\nhost = "broker"\nport = 8883\n[usb]\nmode = "off"\n',
    b'[panel]\nname = "serang-01"\n[screen]\nbrightness = [{ from = 06:00:00, percent = 9 }, { from = "sunset", percent = 3 }]\n'
    b'[trust]\nkeys = ["RWQ"]\nstick = "signed"\n',
)
SAVED = (
    b'{"volume": 40, "brightness": null, "blank": true, "blank_until": "2026-11-22T18:00:00Z"}',
    b'{"show": {"until": "2026-11-22T18:00:00Z", "media": null, "text": "x", "colour": "red", "priority": 0, "command_id": "c"}, '
    b'"play": {"playlist": "noon", "until": null, "command_id": "d"}}',
)
_RECORD: dict[str, Any] = {
    "v": 1, "slot": "folder", "number": 3, "adopted_at": "2026-11-22T03:00:00+00:00", "serial": None, "created": None,
    "media": {"ab" * 32: ["video", 1000, 640, 360, 4.0]}, "timezone": "Asia/Jakarta", "calendar": "", "skipped": [],
    "playlists": {"default": [{"path": "a.mp4", "sha256": "ab" * 32, "fit": "cover", "until": "2026-12-01T00:00:00+07:00"},
                              {"path": "rtsp://x/", "address": "rtsp://x/", "show_s": 10.0}]},
    "rules": [{"playlist": "default", "days": [0, 1], "from": "06:00:00", "until": None, "start": "2026-12-01", "end": None,
               "priority": 1}],
    "windows": [{"playlist": None, "from": "2026-11-22T03:00:00+00:00", "until": "2026-11-22T04:00:00+00:00", "priority": 0}],
    "manifest": "", "carried": [],
}  # fmt: skip
RECORDS = (json.dumps(_RECORD).encode(), json.dumps({**_RECORD, "rules": [], "windows": [], "media": {}}).encode())
KNOWN = (
    json.dumps(
        {
            "vetting": 1,
            "hashes": {"a.mp4": [1, 2, 3, "ab" * 32]},
            "verdicts": {"ab" * 32: ["video", 640, 360, 4.0, "", False]},
        }
    ).encode(),
)
SERIALS = (b'{"stick": {"": 3, "ABCDEF0123456789": 42}, "folder": {}}',)
COMMAND_LOG = (
    b'{"id": "c1", "do": "next", "boot": "b", "stage": "accepted", "code": "", "detail": "", "at": "2026-11-22T03:00:00+00:00", '
    b'"correlation": null, "delivered": false}\n{"id": "c1", "delivered": "done"}\n',
    b'{"id": "c1", "do": "next", "boot": "b", "stage": "done", "code": "", "detail": "x", "at": "2026-11-22T03:00:00+00:00", '
    b'"correlation": "YWI=", "delivered": false}',
)
LABELS = (b"PANEL", b"KINGSTON 8GB", "Čas".encode(), b"\x1b[31mred", b"a\nb", b"")


def arrived(command: Command) -> CommandArrived:
    return CommandArrived(command)


def reports() -> tuple[bytes, ...]:
    """What a panel publishes, each after its topic."""
    health = encode_health(build_report(State(Rules(), RunState(1.0, WALL)), Now(WALL, 100.0)))
    return (
        b"panels/serang-04/health\n" + health,
        b"panels/serang-04/now\n" + encode_now(NowReport("a.mp4", "default", "x", WALL, None)),
        b"panels/serang-04/state\n" + encode(StateReport(True, WALL, "1", "b")),
        b"panels/serang-04/alert/screen.black\n" + encode(AlertReport(WALL, "x")),
    )


def films() -> tuple[bytes, ...]:
    """The outermost parts of films: an MP4 whole and in fragments, a Matroska of known and of unknown size, an AVI, an ASF."""

    def box(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + kind + body

    mp4 = box(b"ftyp", b"isom0000") + box(b"moov", bytes(40)) + box(b"mdat", bytes(40))
    fragment = box(b"moof", bytes(16)) + box(b"mdat", bytes(16))
    ebml = b"\x1aE\xdf\xa3\x84" + bytes(4) + b"\x18\x53\x80\x67"
    avi = b"RIFF" + (36).to_bytes(4, "little") + b"AVI LIST" + bytes(28)
    asf = b"0&\xb2u\x8ef\xcf\x11" + bytes(8) + (40).to_bytes(8, "little") + bytes(16)
    return mp4, mp4 + fragment, ebml + b"\x88" + bytes(8), ebml + b"\xff" + bytes(8), avi, asf
