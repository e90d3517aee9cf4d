#!/bin/sh
# The player as a folder of Python packages, for a computer without internet: sh systemd/wheels.sh [--office] DIR
#
# Run it on a computer with internet and the other one's Debian, then copy DIR and: sh systemd/install.sh --wheels DIR
# With --office it also has what the office needs: sh systemd/office.sh --name HOST --wheels DIR
# DIR then holds this checkout's player and the packages of systemd/requirements.lock (and of office.lock), each checked
# against its hash, and no other package.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

more_locks=""
if [ "${1:-}" = --office ]; then
    more_locks=systemd/office.lock
    shift
fi
case ${1:-} in
'' | -*) usage_of "$0" 2 7 && exit 2 ;;
esac
mkdir -p "$1" && target=$(cd "$1" && pwd) || fail "cannot make the folder $1"
need_packages python3 python3-venv ca-certificates
work=$(mktemp -d) || exit 1
copy=""
trap 'rm -rf "$work" ${copy:+"$copy"}' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

/usr/bin/python3 -m venv "$work/venv" || fail "python3 -m venv failed; is python3-venv installed?"
copy_of_source "$here"
# Made beside the folder: a part of the old packages and a part of the new ones is worse than either.
# shellcheck disable=SC2086 # one word for each lock
pip_locked "$work/venv/bin/python" "$here" wheel systemd/requirements.lock $more_locks --wheel-dir "$work/wheels" &&
    run_pip "$work/venv/bin/python" wheel --no-build-isolation --no-deps --wheel-dir "$work/wheels" "$copy" ||
    fail "pip could not make the packages (see above; is there a network?)"
rm -f "$target"/*.whl
cp "$work"/wheels/*.whl "$target/" || fail "cannot write $target"
# What the folder holds, for whoever must list what runs in the city's network (CycloneDX).
"$work/venv/bin/python" "$here/systemd/sbom.py" "$target" >"$target/panel-player.cdx.json" || fail "the list of packages could not be made"
say "$target: $(find "$target" -name '*.whl' | wc -l) packages for $(/usr/bin/python3 -V)"
