#!/bin/sh
# The player, end to end, in one command: sh systemd/demo.sh [--seconds N]; the office's web console: sh systemd/demo.sh --web
#
# Makes a little content, starts a screen without a monitor (Xvfb) when there is no DISPLAY, a real MQTT broker on a free
# loopback port and the daemon; prints what the office receives, sends it a few commands, saves demo.png of the screen,
# and stops everything that it started. Installs what is missing. Nothing is left but demo.png and .venv.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

seconds=20 seconds_given=""
while [ $# -gt 0 ]; do
    case $1 in
    --seconds) seconds=${2:-} seconds_given=${2:-} && shift ;;
    --seconds=*) seconds=${1#*=} seconds_given=${1#*=} ;;
    -h | --help) usage_of "$0" 2 6 && exit 0 ;;
    --web)
        shift
        exec sh "$here/systemd/demo_web.sh" ${seconds_given:+--seconds "$seconds_given"} "$@"
        ;;
    *) fail "unknown: $1; usage: sh systemd/demo.sh [--web] [--seconds N]" ;;
    esac
    shift
done
. "$here/systemd/demo_parts.sh"
whole_seconds "$seconds"
[ "$seconds" -ge 12 ] || seconds=12 # seven commands, and time to see each

# shellcheck disable=SC2086 # one word for each package
need_packages $PLAYER_PACKAGES $DEMO_PACKAGES
make_environment "$here" ""
bin="$here/.venv/bin"
cd "$here" || exit 1

say "making sample content (three clips, one image)"
content="$work/content"
mkdir -p "$content/media" "$work/state"
clip 1-pattern "testsrc2=s=1280x720:r=25"
clip 2-colours "gradients=s=1280x720:r=25:c0=0x0b3d91:c1=0xf4a300:c2=0x00704a:c3=0xb00020:n=4:speed=0.02"
clip 3-festival "smptehdbars=s=1280x720:r=25,hue=H=t"
ffmpeg -nostdin -y -loglevel error -f lavfi -i "mandelbrot=s=1280x720:start_scale=0.4" -frames:v 1 "$content/media/4-poster.png" ||
    fail "ffmpeg could not make 4-poster.png"
cat >"$content/playlist.m3u8" <<END
#EXTM3U
#EXTINF:-1,Test pattern
media/1-pattern.mp4
#EXTINF:-1,Colours of the city
media/2-colours.mp4
#EXTINF:5,Poster, five seconds
media/4-poster.png
#EXTINF:-1,Festival
media/3-festival.mp4
END

if [ -z "${DISPLAY:-}" ]; then
    start_screen 1280x720 "$work/display"
    DISPLAY=":$(cat "$work/display")"
    export DISPLAY
    say "started Xvfb on $DISPLAY"
fi
screen=$("$bin/python" -c 'import os, xcffib, xcffib.xproto
root = xcffib.Connection(display=os.environ["DISPLAY"]).get_setup().roots[0]
print(f"{root.width_in_pixels}x{root.height_in_pixels}")') || fail "the display $DISPLAY does not answer"

start_broker

cat >"$work/config.toml" <<END
[panel]
name = "demo-01"
language = "id"
state_folder = "$work/state"
[content]
folder = "$content"
[screen]
display = "$DISPLAY"
[office]
host = "127.0.0.1"
port = $port
tls = false
health_seconds = 5
[usb]
mount_root = "$work/usb"
END

# Each message as one line: when, topic, payload in hex (a screenshot is no text); then made readable.
mosquitto_sub -V mqttv5 -h 127.0.0.1 -p "$port" -t 'panels/#' -F '%I %t %x' >"$work/received" &
started="$! $started"
"$bin/python" -u "$here/systemd/demo_lines.py" "$work/received" &
started="$! $started"

say "starting the daemon; what the office receives:"
say ""
"$bin/python" -m player run --config "$work/config.toml" >"$work/daemon.log" 2>&1 &
daemon=$!
started="$daemon $started"
daemon_is_up() { kill -0 "$daemon" 2>/dev/null; }
give_up() {
    say ""
    say "$1; the daemon's last lines:"
    tail -n 30 "$work/daemon.log"
    exit 1
}
received() { grep -q "$1" "$work/received"; }
plays_or_ended() { received "panels/demo-01/now " || ! daemon_is_up; }
wait_until 20 plays_or_ended || give_up "nothing is played after 20 s"
daemon_is_up || give_up "the daemon ended at once"

failed=""
sent=0
send() { # send DO: and wait for its end
    sent=$((sent + 1))
    printf '\n>>> the office sends: %s\n' "$1"
    mosquitto_pub -V mqttv5 -q 1 -h 127.0.0.1 -p "$port" -t panels/demo-01/command -m "{\"id\": \"demo-$sent-$1\", \"do\": \"$1\", \"by\": \"demo\"}"
    # "done" in hex, after this command's id.
    id=$(printf 'demo-%s-%s' "$sent" "$1" | od -An -v -tx1 | tr -d ' \n')
    answered() { grep -i "panels/demo-01/reply .*$id" "$work/received" | grep -qi 646f6e65; }
    wait_until 10 answered || failed="$failed $1"
}
pace=$(((seconds - 5) / 7))
sleep 4
for command in ping next pause resume next screenshot health; do
    daemon_is_up || give_up "the daemon has ended"
    send "$command"
    sleep "$pace"
done
ffmpeg -nostdin -y -loglevel error -f x11grab -draw_mouse 0 -video_size "$screen" -i "$DISPLAY" -frames:v 1 "$here/demo.png" ||
    give_up "the screen could not be captured"

printf '\nstopping the daemon\n'
began=$(date +%s)
kill -TERM "$daemon"
gone() { ! daemon_is_up; }
wait_until 10 gone || give_up "the daemon did not stop within 10 s"
wait "$daemon"
code=$?
offline() { grep "panels/demo-01/state " "$work/received" | tail -n 1 | grep -qi 66616c7365; } # "false"
wait_until 5 offline || failed="$failed goodbye"
sleep 0.5
say ""
say "the daemon stopped in $(($(date +%s) - began)) s with exit status $code; the screen as it was: $here/demo.png"
[ "$code" = 0 ] || failed="$failed exit-status"
[ -z "$failed" ] || give_up "not as it should be:$failed"
say "every command was answered: demo passed"
