# Shared by systemd/demo.sh and systemd/demo_web.sh (POSIX sh, sourced after common.sh).
# shellcheck disable=SC2034,SC2154 # used by, and set by, those who source this
#
# Knows: how the demo's screens, broker and clips are made, and how everything that was started is ended. Touches: a folder of its
# own, processes. Must not: leave any of them behind, or listen anywhere but on loopback.

PATH="$PATH:/usr/sbin:/sbin"
work=$(mktemp -d "${TMPDIR:-/tmp}/panel-demo.XXXXXX") || exit 1
started=""
stop_all() {
    trap '' INT TERM
    # The newest first: the daemon may still say goodbye to the broker.
    for pid in $started; do
        kill "$pid" 2>/dev/null && for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.5
        done
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# wait_until SECONDS COMMAND...: polls; false when the time is up.
wait_until() {
    tries=$(($1 * 10))
    shift
    while [ $tries -gt 0 ]; do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
        tries=$((tries - 1))
    done
    return 1
}

whole_seconds() { # whole_seconds WORD: the number that --seconds was given
    case $1 in
    '' | *[!0-9]*) fail "--seconds wants a whole number, like --seconds 20" ;;
    esac
}

clip() { # clip NAME PICTURE: 4 s, in $content/media
    ffmpeg -nostdin -y -loglevel error -f lavfi -i "$2" -t 4 -c:v libx264 -preset ultrafast -pix_fmt yuv420p \
        "$content/media/$1.mp4" || fail "ffmpeg could not make $1.mp4"
}

start_screen() { # start_screen SIZE FILE: a screen without a monitor; FILE gets its number
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -noreset 3>"$2" >/dev/null 2>&1 &
    started="$! $started"
    wait_until 10 test -s "$2" || fail "Xvfb did not start"
}

free_port() { "$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_broker() { # start_broker: on a free loopback port, in $port
    port=$(free_port)
    cat >"$work/broker.conf" <<END
listener $port 127.0.0.1
allow_anonymous true
persistence false
user $(id -un)
log_dest file $work/broker.log
END
    mosquitto -c "$work/broker.conf" 2>/dev/null &
    started="$! $started"
    wait_until 10 mosquitto_pub -h 127.0.0.1 -p "$port" -t demo -m hello || fail "mosquitto did not start: $(cat "$work/broker.log")"
    say "started mosquitto on 127.0.0.1:$port"
}
