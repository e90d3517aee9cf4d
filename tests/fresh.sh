#!/bin/sh
# The README's first commands on a Debian on which nothing is installed: sh tests/fresh.sh bookworm|trixie [words]
#
# Makes a bare Debian in a folder (mmdebstrap: apt, certificates, nothing else), copies the last commit of this checkout
# into it, runs there `sh systemd/demo.sh`, `demo.sh --web` and `sh tests/run.sh` (with the words, which go to pytest), and prints how
# each went. The demo's picture becomes demo-RELEASE.png here. Opt-in: it takes root, 4 GB of disk, a way to Debian's
# packages and to PyPI (this computer's settings of apt and pip hold inside), and the time of the tests.
#
# sh tests/fresh.sh bookworm|trixie --office: two bare Debians instead, on which systemd/office.sh makes an office and
# systemd/install.sh --enrol a panel with the one file from there; it is online and plays, and each step's time is printed.
#
# The bare Debian is kept in PANEL_DEBIAN_CACHE (/var/cache/panel-debian), by release; remove the folder to have it made
# anew. The rest is removed at the end, mounts and processes included. PANEL_TESTS_STRICT=1: a skipped test is a failure.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$here" || exit 1
. systemd/common.sh
. tests/debian.sh

release=${1:-}
case $release in
-h | --help | '') usage_of "$0" 2 14 && exit 0 ;;
esac
shift
make_bare_debian "$release"
need_packages git
commit=$(git rev-parse HEAD) || fail "this is no git checkout"
[ -z "$(git status --porcelain)" ] || say "what is not committed is not tried"

work=$(mktemp -d "$DEBIAN_CACHE/fresh.XXXXXX") || exit 1
office="" panel=""
# shellcheck disable=SC2086 # one word for each, or none
trap 'kill $office $panel 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
checkout=/root/panel-player
fresh() { # fresh ROOT: a bare Debian with the checkout in it
    unpack_bare_debian "$work/$1"
    git clone -q --no-hardlinks "$here" "$work/$1$checkout" || fail "the checkout could not be cloned"
}

summary=""
status=0
try() { # try COMMAND...: in the checkout of the fresh Debian
    say ""
    say "== $release: $*"
    began=$(date +%s)
    # shellcheck disable=SC2016 # the words are the inner shell's
    if inside_root "$work/${where:-root}" sh -c 'cd "$1" && shift && exec "$@"' sh "$checkout" "$@"; then word=passed; else
        word=FAILED
        status=1
    fi
    summary="$summary$(printf '%-24s %-7s %4d s' "$*" "$word" $(($(date +%s) - began)))
"
}
# the_office_story: both Debians at the same time, on one network; what the office says of the panel ends it.
the_office_story() {
    fresh office
    fresh panel
    inside_root "$work/office" sh "$checkout/tests/office_story.sh" office &
    office=$!
    until [ -e "$work/office/root/ready" ]; do kill -0 $office 2>/dev/null || fail "there is no office (see above)"; sleep 1; done
    cp "$work/office/root/cerita-01.panel" "$work/panel/root/"
    inside_root "$work/panel" sh "$checkout/tests/office_story.sh" panel &
    panel=$!
    until [ -e "$work/panel/root/ready" ]; do kill -0 $panel 2>/dev/null || fail "there is no panel (see above)"; sleep 1; done
    where=office try panel-office --config /etc/panel-office/config.toml now
    inside_root "$work/office" panel-office --config /etc/panel-office/config.toml now --json >"$work/now.json"
    grep -q '"presence": "online"' "$work/now.json" && grep -q film.mp4 "$work/now.json" || status=1
    touch "$work/panel/root/end" "$work/office/root/end"
    wait $panel || status=1
    wait $office || status=1
}
if [ "${1:-}" = --office ]; then
    the_office_story
    [ $status = 0 ] || fail "the story of office and panel failed on $release (see above)"
    say "== tests/fresh.sh $release --office, commit $(git rev-parse --short "$commit"): the panel is online and plays"
    exit 0
fi

fresh root
try sh systemd/demo.sh
try sh systemd/demo.sh --web --seconds 10
cp "$work/root$checkout/demo.png" "demo-$release.png" 2>/dev/null && summary="${summary}the demo's picture: demo-$release.png
"
try sh tests/run.sh "$@"

say ""
say "== tests/fresh.sh $release, commit $(git rev-parse --short "$commit")"
printf '%s' "$summary"
exit $status
