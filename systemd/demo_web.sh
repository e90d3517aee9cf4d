#!/bin/sh
# The office with its web console and three panels, on this computer alone: sh systemd/demo.sh --web [--seconds N]
#
# Three panels of different sizes on screens without monitors, a real broker, a folder with films, a picture, a text page, playlists
# and a schedule, the collector of records and the console, all on loopback. It prints the address and an account to sign in with,
# and runs until Ctrl-C, or for N seconds; then it stops everything that it started. Installs what is missing; nothing is left but .venv.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

seconds=""
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) seconds=${2:-0} && shift ;;
    --seconds=*) seconds=${1#*=} ;;
    -h | --help) usage_of "$0" 2 6 && exit 0 ;;
    *) fail "unknown: $1; usage: sh systemd/demo.sh --web [--seconds N]" ;;
    esac
    shift
done
. "$here/systemd/demo_parts.sh"
[ -z "$seconds" ] || whole_seconds "$seconds"

# shellcheck disable=SC2086 # one word for each package
need_packages $PLAYER_PACKAGES $DEMO_PACKAGES
make_environment "$here" "[office]"
bin="$here/.venv/bin"
cd "$here" || exit 1

PANELS="alun-alun:960x540:tengah pasar-lama:360x640:tengah gerbang-timur:512x192:timur" # name, size, group

say "making sample content (three films, one picture, one text page)"
content="$work/office/kota"
mkdir -p "$content/media" "$content/playlists"
clip pola "testsrc2=s=1280x720:r=25"
clip warna-kota "gradients=s=1280x720:r=25:c0=0x0b3d91:c1=0xf4a300:c2=0x00704a:c3=0xb00020:n=4:speed=0.02"
clip festival "smptehdbars=s=1280x720:r=25,hue=H=t"
ffmpeg -nostdin -y -loglevel error -f lavfi -i "mandelbrot=s=1280x720:start_scale=0.4" -frames:v 1 "$content/media/poster.png" ||
    fail "ffmpeg could not make poster.png"
cat >"$content/media/layanan.txt" <<END
Layanan KTP

Buka setiap hari kerja
08.00 - 15.00
Bawa kartu keluarga
END
cat >"$content/playlist.m3u8" <<END
#EXTM3U
#EXTINF:-1,Warna kota
media/warna-kota.mp4
#EXTINF:6,Layanan KTP
media/layanan.txt
#EXTINF:5,Poster
media/poster.png
#EXTINF:-1,Festival
media/festival.mp4
END
cat >"$content/playlists/pagi.m3u8" <<END
#EXTM3U
#EXTINF:-1,Pola uji
../media/pola.mp4
#EXTINF:8,Layanan KTP
../media/layanan.txt
END
cat >"$content/schedule.toml" <<END
[[show]]                      # every morning: another playlist
playlist = "pagi"
from = 06:00:00
until = 08:00:00
END

start_broker

web_port=$(free_port)
case ${LANG:-} in id*) language=id ;; *) language=en ;; esac
cat >"$work/office.toml" <<END
host = "127.0.0.1"
port = $port
tls = false
[web]
listen = "127.0.0.1:$web_port"
data_folder = "$work/data"
language = "$language"
[[folder]]
name = "kota"
path = "$content"
panels = ["*"]
END
mkdir -p "$work/data"
# Never with & behind it: $! would be the shell around it.
office() { "$bin/panel-office" --config "$work/office.toml" "$@"; }
password=$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(9))')
printf '%s\n' "$password" | office account add admin --role admin --password-file - >/dev/null || fail "the account could not be made (see above)"
"$bin/panel-office" --config "$work/office.toml" collect >"$work/collect.log" 2>&1 &
started="$! $started"
# Before the panels: what they send while nobody collects is sent again only minutes later.
wait_until 60 grep -q "^collecting" "$work/collect.log" || fail "the collector did not start: $(tail -n 5 "$work/collect.log")"

start_panel() { # start_panel NAME SIZE GROUP
    start_screen "$2" "$work/$1.display"
    mkdir -p "$work/$1"
    cat >"$work/$1.toml" <<END
[panel]
name = "$1"
groups = ["$3"]
language = "id"
state_folder = "$work/$1"
[content]
folder = "$content"
[screen]
display = ":$(cat "$work/$1.display")"
[office]
host = "127.0.0.1"
port = $port
tls = false
health_seconds = 5
[usb]
mount_root = "$work/$1.usb"
[journal]
send_minutes = 0.2
END
    "$bin/python" -m player run --config "$work/$1.toml" >"$work/$1.log" 2>&1 &
    started="$! $started"
    say "started the panel $1 ($2)"
}
for panel in $PANELS; do
    name=${panel%%:*}
    group=${panel##*:}
    size=${panel#*:}
    start_panel "$name" "${size%:*}" "$group"
done

"$bin/panel-office" --config "$work/office.toml" serve >"$work/serve.log" 2>&1 &
console=$!
started="$console $started"
answers() { "$bin/python" -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()' "$web_port"; }
answers_or_ended() { answers || ! kill -0 "$console" 2>/dev/null; }
wait_until 60 answers_or_ended && answers || fail "the console did not start: $(tail -n 20 "$work/serve.log")"

say ""
say "  open       http://127.0.0.1:$web_port"
say "  sign in    account admin, password $password"
say "  content    $content (edit it here, or in the console)"
say ""

# all_online: how many of the three say so by now
online() {
    office now --json 2>/dev/null | "$bin/python" -c 'import json, sys
print(sum(row.get("presence") == "online" and bool(row.get("item")) for row in json.load(sys.stdin).values()))'
}
three_play() { [ "$(online)" = 3 ]; }
if [ -z "$seconds" ]; then
    say "Ctrl-C ends it"
    while kill -0 "$console" 2>/dev/null; do sleep 1; done
    fail "the console has ended: $(tail -n 20 "$work/serve.log")"
fi
sleep "$seconds"
wait_until 60 three_play || fail "only $(online) of three panels play after $seconds s; the first one's log: $(tail -n 5 "$work/alun-alun.log")"
answers || fail "the console has ended: $(tail -n 20 "$work/serve.log")"
say "three panels play, and the console answers: demo passed"
