#!/bin/sh
# An office and a panel on two bare Debians, as the IT person makes them: run inside them by tests/fresh.sh RELEASE --office.
#
#   sh tests/office_story.sh office     office.sh, its services as their units say, the file for a panel; until /root/end is there
#   sh tests/office_story.sh panel      install.sh --enrol with that file, content, a screen, the player; until /root/end is there
#
# There is no systemd in such a folder, so what the units would start is started here, by their own words, as their own users.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

word_of() { sed -n "s/^$2=//p" "/etc/systemd/system/$1" | head -n 1; }

start_unit() { # start_unit UNIT WORDS...: its ExecStart as its user, in its state folder; WORDS: the environment
    unit=$1
    shift
    user=$(word_of "$unit" User)
    install -d -m 750 -o "$user" -g "$user" "/var/lib/$(word_of "$unit" StateDirectory)"
    # shellcheck disable=SC2046 # the words of a command line
    (cd / && exec env "$@" runuser -u "$user" -- $(word_of "$unit" ExecStart)) >"/root/$unit.log" 2>&1 &
}

wait_for() { # wait_for SECONDS WHAT COMMAND...
    left=$(($1 * 2)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || { tail -n 20 /root/*.log; fail "not within its time: $what"; }
        sleep 0.5
    done
}

began=$(date +%s)
done_with() { say "$(($(date +%s) - began)) s: $*"; }

office() {
    sh systemd/office.sh --name 127.0.0.1 || fail "office.sh failed"
    done_with "office.sh made the office"
    install -d -o mosquitto -g mosquitto /run/mosquitto
    mosquitto -c /etc/mosquitto/mosquitto.conf >/root/mosquitto.log 2>&1 &
    for unit in panel-office-web.service panel-office-collect.service; do start_unit $unit; done
    # shellcheck disable=SC2016 # Python's own words
    wait_for 60 "the console answers by TLS" /opt/panel-office/current/bin/python -I -c 'import ssl, urllib.request
trusted = ssl.create_default_context(cafile="/etc/panel-office/ca.crt")
urllib.request.urlopen("https://127.0.0.1:8443/healthz", context=trusted, timeout=5)'
    done_with "the console answers"
    sh systemd/office.sh --panel cerita-01 --to /root/cerita-01.panel || fail "office.sh --panel failed"
    done_with "the file for the panel is written"
    sh systemd/office.sh || fail "the upgrade failed"
    [ "$(sh systemd/office.sh --renew)" = "nothing ends within 60 days" ] || fail "--renew made something anew"
    done_with "upgraded in place: nothing was made anew"
    touch /root/ready
    wait_for 3600 "the end" test -e /root/end
    sh systemd/office.sh --uninstall || fail "office.sh --uninstall failed"
    [ -d /var/lib/panel-office ] && [ -f /etc/panel-office/ca/ca.key ] || fail "--uninstall took data with it"
    sh systemd/office.sh --uninstall --purge || fail "office.sh --uninstall --purge failed"
    [ ! -e /var/lib/panel-office ] && [ ! -e /etc/panel-office ] && [ -d /srv/office ] || fail "--purge left data, or took content"
    done_with "uninstalled; content is left"
}

panel() {
    need_packages xvfb
    sh systemd/install.sh --enrol /root/cerita-01.panel || fail "install.sh --enrol failed"
    done_with "install.sh enrolled the panel"
    ffmpeg -nostdin -y -loglevel error -f lavfi -i testsrc2=s=640x360:r=25 -t 5 -pix_fmt yuv420p /srv/panel/content/film.mp4 ||
        fail "ffmpeg could not make a film"
    Xvfb -displayfd 3 -screen 0 640x360x24 -nolisten tcp -noreset 3>/root/display >/dev/null 2>&1 &
    wait_for 20 "Xvfb starts" test -s /root/display
    sed -i "s/^display = .*/display = \":$(cat /root/display)\"/" /etc/panel-player/config.toml
    start_unit panel-player.service
    wait_for 120 "the player plays" sh -c 'panel-player status | grep -q film.mp4'
    done_with "the panel plays"
    touch /root/ready
    wait_for 3600 "the end" test -e /root/end
}

cd "$here" || exit 1
trap 'kill $(jobs -p) 2>/dev/null' EXIT
case ${1:-} in
office | panel) "$1" ;;
*) usage_of "$0" 2 7 && exit 2 ;;
esac
