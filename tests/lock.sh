#!/bin/sh
# Renews the versions of the Python packages, with the hash of each of their files: sh tests/lock.sh
#
# systemd/build.lock is what builds the player's own package, systemd/requirements.lock what the player runs with,
# systemd/office.lock what the office's programs (panel-player[office]) need beside those, and tests/requirements.lock what
# tests and checks need beside all of them. They hold the newest versions that fit pyproject.toml and every Python from its
# requires-python on, so Debian 12 and 13 get the same. Run it after a change of pyproject.toml or to take newer versions,
# then sh tests/run.sh; commit all four.
# Works in a folder of its own; needs a way to PyPI (uv is fetched, which finds versions for several Pythons at once).
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$here" || exit 1
. systemd/common.sh

need_packages python3 python3-venv ca-certificates
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 -m venv "$work/venv" && "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv ||
    fail "uv could not be installed (see above; is there a network?)"

project() { # project EXPRESSION: of pyproject.toml
    /usr/bin/python3 -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb')); print($1)" ||
        fail "pyproject.toml cannot be read"
}
python=$(project "project['project']['requires-python'].removeprefix('>=')") || exit 1

lock() { # lock FILE WORDS...: the words are uv's
    file=$1
    shift
    "$work/venv/bin/uv" pip compile --quiet --no-config --universal --python-version "$python" --fork-strategy fewest \
        --generate-hashes --no-annotate --custom-compile-command "sh tests/lock.sh" --output-file "$work/lock" "$@" \
        >/dev/null || fail "uv found no versions that fit (see above)"
    mv "$work/lock" "$file" || fail "cannot write $file"
    say "$file: $(grep -c '^[a-z0-9]' "$file") packages"
}
names_in() { sed -n 's/^\([a-z0-9][a-z0-9._-]*\)==.*/\1/p' "$1"; }

project "'\n'.join(project['build-system']['requires'])" >"$work/build.in" || exit 1
lock systemd/build.lock "$work/build.in"
lock systemd/requirements.lock pyproject.toml --constraints systemd/build.lock
# shellcheck disable=SC2046 # one word for each package
lock systemd/office.lock pyproject.toml --extra office --constraints systemd/requirements.lock \
    $(names_in systemd/requirements.lock | sed 's/^/--no-emit-package /')
# shellcheck disable=SC2046 # one word for each package
lock tests/requirements.lock pyproject.toml --extra test --extra office --constraints systemd/requirements.lock \
    --constraints systemd/office.lock \
    $(cat systemd/requirements.lock systemd/office.lock | names_in - | sed 's/^/--no-emit-package /')
