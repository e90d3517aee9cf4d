# Shared by install.sh, office.sh, demo.sh, wheels.sh beside it and by tests/run.sh (POSIX sh, sourced).
# shellcheck disable=SC2034 # used by those who source this
#
# Knows: which Debian packages each job needs, and how a virtual environment is made. Everything below is said in
# plain lines; nothing is asked. Works as root, or with sudo.

# What the player needs to run: libvlc with its decoders and the X11 output (libvlc-bin makes the list of plugins, without
# which each start of a decoder would look through three hundred files), ffmpeg for rtsp:// (Debian's VLC is built without
# live555), letters for its cards, Arabic's direction.
PLAYER_PACKAGES="python3 python3-venv libvlc5 libvlc-bin vlc-plugin-base vlc-plugin-video-output ffmpeg libxcb1 \
libfribidi0 fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji ca-certificates"
# The office: its broker and its certificates; ffmpeg and letters, for it draws and converts what panels show.
OFFICE_PACKAGES="systemd python3 python3-venv mosquitto openssl ffmpeg libfribidi0 fonts-dejavu-core fonts-noto-core \
fonts-noto-color-emoji ca-certificates"
DEMO_PACKAGES="xvfb mosquitto mosquitto-clients"
TEST_PACKAGES="$DEMO_PACKAGES git util-linux-extra rsync minisign dosfstools exfatprogs e2fsprogs iproute2 mount procps systemd \
xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils syncthing rclone unison postgresql poppler-utils chromium chromium-driver"

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "this needs root: run as root, or install sudo. It was: $*"
    fi
}

# need_packages NAME...: installs those that are missing, and asks the package lists only then.
need_packages() {
    command -v apt-get >/dev/null 2>&1 || fail "apt-get is not here: this needs Debian 12 or 13"
    missing=""
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    say "installing Debian packages:$missing"
    as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
    # shellcheck disable=SC2086 # one word for each package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        fail "apt-get could not install:$missing (see above; is there a network, is the Debian release 12 or 13?)"
}

# run_pip PYTHON WORDS...: pip of the environment that PYTHON is in.
run_pip() {
    python=$1
    shift
    "$python" -m pip --quiet --disable-pip-version-check "$@"
}

# pip_locked PYTHON FOLDER JOB WORDS...: pip's JOB (install, wheel) for the Python packages in FOLDER's locks, in those
# versions and with those hashes and no others (tests/lock.sh renews them). A word is a lock, or one of pip's.
# What builds a package comes first, from a lock too, and pip builds with that: of its own accord it fetches the newest.
pip_locked() {
    run_pip "$1" install --require-hashes -r "$2/systemd/build.lock" || return 1
    python=$1 folder=$2 job=$3
    shift 3
    for word in "$@"; do
        shift
        case $word in
        *.lock) set -- "$@" -r "$folder/$word" ;;
        *) set -- "$@" "$word" ;;
        esac
    done
    run_pip "$python" "$job" --no-build-isolation --require-hashes "$@"
}

# make_environment FOLDER EXTRAS: FOLDER/.venv with the project in it and the packages of its locks (EXTRAS "[office]": those of
# the office too; "[test]": and those of the tests), made anew only when a lock, pyproject.toml or Python changed.
make_environment() {
    venv="$1/.venv"
    [ -L "$venv" ] && return 0 # a developer's worktree: the environment is somebody else's
    /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "/usr/bin/python3 is $(/usr/bin/python3 -V 2>&1): this needs 3.11 or newer (Debian 12 or 13)"
    mark="$(/usr/bin/python3 -V) $(cat "$1/pyproject.toml" "$1/systemd/"*.lock "$1/tests/"*.lock | cksum) $1"
    for stamp in "$venv/.made-for$2" "$venv/.made-for[test]"; do
        [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$mark" ] && return 0
    done
    say "making the virtual environment $venv"
    "$venv/bin/python" -V 2>/dev/null | grep -qxF "$(/usr/bin/python3 -V)" || rm -rf "$venv"
    [ -d "$venv" ] || /usr/bin/python3 -m venv "$venv" || fail "python3 -m venv failed; is python3-venv installed?"
    case $2 in
    "[test]") more_locks="systemd/office.lock tests/requirements.lock" ;;
    "[office]") more_locks=systemd/office.lock ;;
    *) more_locks="" ;;
    esac
    # shellcheck disable=SC2086 # one word for each lock, or none
    pip_locked "$venv/bin/python" "$1" install systemd/requirements.lock $more_locks &&
        run_pip "$venv/bin/python" install --no-build-isolation --no-deps --config-settings editable_mode=compat -e "$1" ||
        fail "pip could not install the Python packages (see above; is there a network, or an index in PIP_INDEX_URL?)"
    printf '%s\n' "$mark" >"$venv/.made-for$2"
}

# copy_of_source FOLDER: a copy of what pip needs, in $copy. pip leaves its own traces where it builds, and takes old ones
# for new: a module that was removed would be installed again.
copy_of_source() {
    copy=$(mktemp -d) || exit 1
    cp -r "$1/player" "$1/pyproject.toml" "$copy/"
    for file in README.md LICENSE; do [ ! -f "$1/$file" ] || cp "$1/$file" "$copy/"; done
    find "$copy" -name __pycache__ -type d -prune -exec rm -rf {} +
}

# ---- a program below /opt: each version an environment of its own, one link for the version that runs

# make_release BASE EXTRA LOCK...: the program in $here in a virtual environment of its own below BASE, its path in $release;
# with the packages of the LOCKs, or, when $wheels is a folder, with those in it (EXTRA "[office]": the office's too). Prints
# nothing but errors; when it fails nothing is left of it.
make_release() {
    release="$1/releases/$(date -u +%Y%m%d-%H%M%S)"
    extra=$2
    say "installing the program into $release"
    if [ -n "$wheels" ]; then
        ls "$wheels"/panel_player-*.whl >/dev/null 2>&1 ||
            fail "$wheels holds no panel_player-*.whl; make it on a computer with internet: sh systemd/wheels.sh DIR"
    fi
    mkdir -p "$1/releases"
    shift 2
    /usr/bin/python3 -m venv "$release" || fail "python3 -m venv failed"
    fill_release "$@" || {
        rm -rf "$release" "${copy:-/nonexistent}"
        fail "pip could not install the program (see above); without internet, use --wheels DIR. Nothing was changed"
    }
    rm -rf "${copy:-/nonexistent}"
    # The manuals too: whoever stands at the computer may have no internet.
    for file in README.md LICENSE CHANGELOG.md config.example.toml; do [ ! -f "$here/$file" ] || cp "$here/$file" "$release/"; done
    [ ! -d "$here/player/docs" ] || { mkdir -p "$release/player" && cp -r "$here/player/docs" "$release/player/"; }
}

fill_release() { # fill_release LOCK...
    if [ -n "$wheels" ]; then
        for ready in "$wheels"/panel_player-*.whl; do :; done # the last one: the newest version
        # Nothing was fetched here, so there is no hash to look at: wheels.sh did when it made the folder.
        run_pip "$release/bin/python" install --no-index --find-links "$wheels" "$ready$extra"
    else
        copy_of_source "$here"
        pip_locked "$release/bin/python" "$here" install "$@" &&
            run_pip "$release/bin/python" install --no-build-isolation --no-deps "$copy"
    fi
}

# keep_files RELEASE: the system files that belong to it (what `files` prints: source below systemd/, target, mode), so that a
# way back takes them too.
keep_files() {
    mkdir -p "$1/system" && files >"$1/system/files" || fail "cannot write $1/system"
    files | while read -r source target mode; do
        install -m "$mode" "$here/systemd/$source" "$1/system/$source" || exit 1
    done || fail "a file could not be written"
}

# put_files RELEASE: its system files go to their places; what only the program that runs until now put there goes away.
put_files() {
    now=$(readlink -f "$base/current" 2>/dev/null)
    if [ -f "$now/system/files" ]; then
        while read -r source target mode; do
            grep -qF " $target " "$1/system/files" || rm -f "$target"
        done <"$now/system/files"
    fi
    while read -r source target mode; do
        install -D -m "$mode" "$1/system/$source" "$target" || fail "$target could not be written"
    done <"$1/system/files"
}

# switch_release BASE RELEASE COMMAND...: the link is replaced in one step; of the other versions only the one before stays.
switch_release() {
    [ "$(readlink -f "$1/current" 2>/dev/null)" = "$2" ] && return 0
    [ -L "$1/current" ] && ln -sfn "$(readlink -f "$1/current")" "$1/previous"
    { ln -sfn "$2" "$1/current.new" && mv -T "$1/current.new" "$1/current"; } || fail "cannot switch $1/current"
    for old in "$1"/releases/*; do
        case $old in
        "$(readlink -f "$1/current")" | "$(readlink -f "$1/previous" 2>/dev/null)") ;;
        *) rm -rf "$old" ;;
        esac
    done
    switched=$1
    shift 2
    for command in "$@"; do
        [ -x "$switched/current/bin/$command" ] && ln -sfn "$switched/current/bin/$command" "/usr/local/bin/$command"
    done
    return 0
}

# drop_commands BASE COMMAND...: the links that switch_release made, and no other program's.
drop_commands() {
    whose=$1
    shift
    for command in "$@"; do
        case $(readlink "/usr/local/bin/$command" 2>/dev/null) in "$whose"/*) rm -f "/usr/local/bin/$command" ;; esac
    done
}

version_in() { # version_in BASE
    "$1/current/bin/python" -c 'import player; print("panel-player", player.__version__)'
}

systemd_runs() { [ -d /run/systemd/system ]; }

# usage_of FILE FIRST LAST: the lines of its head.
usage_of() { sed -n "$2,$3s/^# \{0,1\}//p" "$1"; }
