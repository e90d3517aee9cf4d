# A bare Debian, 12 or 13, in a folder (POSIX sh, sourced after systemd/common.sh by tests/fresh.sh and tests/vm/build.sh).
# shellcheck disable=SC2154 # $here is the repository, set by those who source this
#
# Knows: mmdebstrap, and where this computer keeps what apt and pip need to reach their registries (a mirror, a proxy, a
# certificate, an index on disk). The bare Debian gets the same, so the repository names no host. Touches: folders below
# PANEL_DEBIAN_CACHE (/var/cache/panel-debian). Must not: change this computer's settings, or leave a mount or a process:
# each command runs in namespaces of its own, and its mounts and processes end with it.

DEBIAN_CACHE=${PANEL_DEBIAN_CACHE:-/var/cache/panel-debian}

# repository_of LABEL: where this computer's packages with that label come from; nothing when there is no such line.
repository_of() {
    # shellcheck disable=SC2016 # the words in $() are apt's
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Label: $1" | head -n 1
}

# debian_sources RELEASE: the lines of a sources.list, with this computer's mirrors (PANEL_DEBIAN_MIRROR: another one).
debian_sources() {
    mirror=${PANEL_DEBIAN_MIRROR:-$(repository_of Debian)}
    mirror=${mirror:-http://deb.debian.org/debian}
    printf 'deb %s %s main\n' "$mirror" "$1" "$mirror" "$1-updates"
    security=$(repository_of Debian-Security)
    [ -z "$security" ] || printf 'deb %s %s main\n' "$security" "$1-security"
}

# make_bare_debian RELEASE: $bare is a tar of the release as mmdebstrap's smallest variant with apt, and the web's
# certificates: less than any person's Debian. Made once for each release, and again when this file changed.
make_bare_debian() {
    case $1 in
    bookworm | trixie) ;;
    *) fail "the Debian release is bookworm (12) or trixie (13), not: $1" ;;
    esac
    [ "$(id -u)" = 0 ] || fail "this needs root: it makes a Debian in a folder"
    need_packages mmdebstrap debian-archive-keyring
    bare="$DEBIAN_CACHE/$1.tar"
    bare_mark=$(cksum <"$here/tests/debian.sh")
    [ -f "$bare" ] && [ "$(cat "$bare.made" 2>/dev/null)" = "$bare_mark" ] && return 0
    say "making a bare Debian $1: $bare"
    mkdir -p "$DEBIAN_CACHE"
    rm -f "$bare.made"
    apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-)' >"$DEBIAN_CACHE/apt.conf"
    debian_sources "$1" | mmdebstrap --quiet --variant=minbase --aptopt="$DEBIAN_CACHE/apt.conf" \
        --include=ca-certificates "$1" "$bare" - || fail "mmdebstrap could not make a Debian $1 (see above)"
    printf '%s\n' "$bare_mark" >"$bare.made"
}

# The files in which pip's settings stand, for everybody and for this user.
pip_settings() {
    for file in /etc/pip.conf /etc/xdg/pip/* "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done
}

# The folders of this computer that pip's settings name, as a place of packages or as an index; an index "simple" links to
# files beside itself, so it counts with its parent.
pip_folders() {
    { pip_settings | xargs -r cat; env | grep '^PIP_'; } | tr -s ' =' '\n' |
        sed -n 's#^\(file://\)\{0,1\}/#/#; s#/simple/*$##; /^\//p' | sort -u | while read -r folder; do
        [ ! -d "$folder" ] || printf '%s\n' "$folder"
    done
}

# unpack_bare_debian ROOT: $bare in the new folder ROOT, with this computer's certificates and settings of pip.
unpack_bare_debian() {
    mkdir -p "$1" && tar -C "$1" -xpf "$bare" || fail "cannot unpack $bare into $1"
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    for file in $(pip_settings) /usr/local/share/ca-certificates/*.crt; do
        [ ! -f "$file" ] || install -D -m 644 "$file" "$1$file"
    done
    inside_root "$1" update-ca-certificates >/dev/null 2>&1 || fail "the certificates could not be taken into $1"
}

# inside_root ROOT COMMAND...: the command as root of the Debian in ROOT, on this computer's network and devices. Of this
# computer's environment it sees what pip and proxies need, and the tests' own settings.
inside_root() {
    root=$1
    shift
    set -- HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    for variable in $(env | sed -n 's/^\(PIP_[A-Z_]*\|[A-Za-z]*_proxy\|[A-Z]*_PROXY\|PANEL_TESTS_[A-Z]*\)=.*/\1/p'); do
        eval "set -- \"$variable=\$$variable\" \"\$@\""
    done
    # The root is changed by pivot_root: in a chroot the kernel forbids user namespaces, which confine the decoders, and
    # /proc/self/mountinfo has no line for "/".
    # shellcheck disable=SC2016 # the words are the inner shell's
    unshare --mount --pid --fork --kill-child sh -eu -c '
        root=$1
        mount --bind "$root" "$root"
        for folder in $2; do
            mkdir -p "$root$folder"
            mount --bind "$folder" "$root$folder"
            mount -o remount,bind,ro "$root$folder"
        done
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o mode=755 tmpfs "$root/run"
        shift 2
        cd "$root"
        pivot_root . mnt
        cd /
        umount -l /mnt
        env -i "$@" && exit 0
        exit $?' sh "$root" "$(pip_folders)" "$@"
}
