#!/bin/sh
# Everything that must hold before a change goes in: ruff, mypy, the tests. Arguments go to pytest.
#
#   sh tests/run.sh                    all of it: about 8 minutes on two cores; installs what is missing (Debian packages, .venv)
#   sh tests/run.sh quick              ruff, mypy and what is pure or fast (no X server, VLC, broker, root, page): under a minute
#   sh tests/run.sh -k clock           all checks, and only the tests whose name has "clock" in it
#   PANEL_TESTS_STRICT=1 ...           a test that cannot run here (a program missing) is a failed one
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$here" || exit 1
. systemd/common.sh

if [ "${1:-}" = quick ]; then
    shift
    set -- --quick "$@"
    workers=$(nproc)
else
    # Most tests wait: more workers than cores, and tests/kit/lanes.py sees to it that pictures do not starve each other.
    workers=$(($(nproc) * 3))
fi
[ "$workers" -le 8 ] || workers=8

# shellcheck disable=SC2086 # one word for each package
need_packages $PLAYER_PACKAGES $TEST_PACKAGES
make_environment "$here" "[test]"

bin="$here/.venv/bin"
unset DISPLAY # the tests start their own screens
# Some containers set it: then each worker rewrites all tests, and each of thousands of processes compiles the player anew.
unset PYTHONDONTWRITEBYTECODE
summary=""
status=0
step() { # step NAME COMMAND...
    name=$1
    shift
    say "== $name"
    began=$(date +%s)
    if "$@"; then word=passed; else
        word=FAILED
        status=1
    fi
    summary="$summary$(printf '%-12s %-7s %4d s' "$name" "$word" $(($(date +%s) - began)))
"
}

# mypy keeps one core busy: the other makes the tests ready to load, once instead of once in each worker.
"$bin/python" -m pytest --collect-only -q >/dev/null 2>&1 &
step "ruff check" "$bin/ruff" check .
step "ruff format" "$bin/ruff" format --check --quiet .
step "mypy" "$bin/python" -m mypy
wait
step "pytest" "$bin/python" -m pytest -n "$workers" --durations=25 "$@"

say ""
say "== tests/run.sh"
printf '%s' "$summary"
exit $status
