#!/bin/sh
# The README's two commands on a Debian on which nothing is installed: sh tests/fresh.sh bookworm|trixie [words]
#
# Makes a bare Debian in a folder (mmdebstrap: apt, certificates, nothing else), copies the last commit of this checkout
# into it, runs there `sh systemd/demo.sh` and `sh tests/run.sh` (with the words, which go to pytest), and prints how
# each went. The demo's picture becomes demo-RELEASE.png here. Opt-in: it takes root, 4 GB of disk, a way to Debian's
# packages and to PyPI (this computer's settings of apt and pip hold inside), and the time of the tests.
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
-h | --help | '') sed -n '2,11s/^# \{0,1\}//p' "$0" && exit 0 ;;
esac
shift
make_bare_debian "$release"
need_packages git
commit=$(git rev-parse HEAD) || fail "this is no git checkout"
[ -z "$(git status --porcelain)" ] || say "what is not committed is not tried"

work=$(mktemp -d "$DEBIAN_CACHE/fresh.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
unpack_bare_debian "$work/root"
checkout=/root/panel-player
git clone -q --no-hardlinks "$here" "$work/root$checkout" || fail "the checkout could not be cloned"

summary=""
status=0
try() { # try COMMAND...: in the checkout of the fresh Debian
    say ""
    say "== $release: $*"
    began=$(date +%s)
    # shellcheck disable=SC2016 # the words are the inner shell's
    if inside_root "$work/root" sh -c 'cd "$1" && shift && exec "$@"' sh "$checkout" "$@"; then word=passed; else
        word=FAILED
        status=1
    fi
    summary="$summary$(printf '%-24s %-7s %4d s' "$*" "$word" $(($(date +%s) - began)))
"
}
try sh systemd/demo.sh
cp "$work/root$checkout/demo.png" "demo-$release.png" 2>/dev/null && summary="${summary}the demo's picture: demo-$release.png
"
try sh tests/run.sh "$@"

say ""
say "== tests/fresh.sh $release, commit $(git rev-parse --short "$commit")"
printf '%s' "$summary"
exit $status
