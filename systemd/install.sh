#!/bin/sh
# Makes this computer a panel. On a fresh Debian 12 or 13 (netinst, no desktop), as root, from a checkout:
#
#   sh systemd/install.sh [--config FILE] [--name NAME] [--wheels DIR]    install, or upgrade in place
#   sh systemd/install.sh --rollback                                      the program and its system files before the upgrade
#   sh systemd/install.sh --uninstall                                     away again; content, state and settings stay
#
#   --config FILE   becomes /etc/panel-player/config.toml (without it: the one there, or config.example.toml)
#   --name NAME     the panel's name, written into that file (without it, the first time: this computer's name)
#   --wheels DIR    Python packages from this folder instead of the internet (made by: sh systemd/wheels.sh DIR)
#
# Asks nothing. An upgrade puts the new program beside the old one and switches a link; the picture stays.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

base=/opt/panel-player
config=/etc/panel-player/config.toml
units=/etc/systemd/system
library=/usr/local/lib/panel-player

# Every file that this puts on the machine: what it is here, and where it goes. player/docs/install.md lists the same.
files() {
    cat <<END
panel-player.service $units/panel-player.service 644
panel-display.service $units/panel-display.service 644
panel-blank.service $units/panel-blank.service 644
panel-warm.service $units/panel-warm.service 644
panel-usb@.service $units/panel-usb@.service 644
panel-receipt.path $units/panel-receipt.path 644
panel-receipt.service $units/panel-receipt.service 644
panel-cookie $library/panel-cookie 755
panel-usb $library/panel-usb 755
panel-usb.rules /etc/udev/rules.d/90-panel-usb.rules 644
panel-polkit.rules /etc/polkit-1/rules.d/50-panel-player.rules 644
panel-sysusers.conf /etc/sysusers.d/panel-player.conf 644
panel-tmpfiles.conf /etc/tmpfiles.d/panel-player.conf 644
panel-xorg.conf /etc/X11/xorg.conf.d/50-panel.conf 644
panel-journald.conf /etc/systemd/journald.conf.d/panel.conf 644
panel-watchdog.conf /etc/systemd/system.conf.d/panel.conf 644
panel-logind.conf /etc/systemd/logind.conf.d/panel.conf 644
panel-sysctl.conf /etc/sysctl.d/60-panel.conf 644
panel-grub.cfg /etc/default/grub.d/panel.cfg 644
END
}

modules=/etc/modules-load.d/panel.conf

KIOSK_PACKAGES="xserver-xorg-core dbus polkitd udev mount util-linux systemd-timesyncd"

systemd_runs() { [ -d /run/systemd/system ]; }

usage() {
    sed -n '2,13s/^# \{0,1\}//p' "$0"
    exit "${1:-0}"
}

# ---- the steps

make_release() { # a virtual environment of its own; prints nothing but errors, leaves its path in $release
    release="$base/releases/$(date -u +%Y%m%d-%H%M%S)"
    say "installing the program into $release"
    if [ -n "$wheels" ]; then
        ls "$wheels"/panel_player-*.whl >/dev/null 2>&1 ||
            fail "$wheels holds no panel_player-*.whl; make it on a computer with internet: sh systemd/wheels.sh DIR"
    fi
    mkdir -p "$base/releases"
    /usr/bin/python3 -m venv "$release" || fail "python3 -m venv failed"
    fill_release || {
        rm -rf "$release" "${copy:-/nonexistent}"
        fail "pip could not install the program (see above); without internet, use --wheels DIR. Nothing was changed"
    }
    rm -rf "${copy:-/nonexistent}"
    keep_files "$release"
    # The manuals too: whoever stands at the panel may have no internet.
    for file in README.md LICENSE CHANGELOG.md config.example.toml; do [ ! -f "$here/$file" ] || cp "$here/$file" "$release/"; done
    [ ! -d "$here/player/docs" ] || { mkdir -p "$release/player" && cp -r "$here/player/docs" "$release/player/"; }
    list_what_is_read >"$release/warm"
}

fill_release() {
    if [ -n "$wheels" ]; then
        for ready in "$wheels"/panel_player-*.whl; do :; done # the last one: the newest version
        # Nothing was fetched here, so there is no hash to look at: wheels.sh did when it made the folder.
        run_pip "$release/bin/python" install --no-index --find-links "$wheels" "$ready"
    else
        copy_of_source "$here"
        pip_locked "$release/bin/python" "$here" install systemd/requirements.lock &&
            run_pip "$release/bin/python" install --no-build-isolation --no-deps "$copy"
    fi
}

# Every file that the start of the player reads, for panel-warm.service: one process that reads them all is faster than
# Python, which asks for each when it comes to it.
list_what_is_read() {
    for program in "import player.start, player.daemon" "import player.screen.decoder.vlc, vlc"; do
        "$release/bin/python" -c "$program
import sys
for name in dict.fromkeys(m.__spec__.cached or m.__spec__.origin for m in list(sys.modules.values()) if getattr(m, '__spec__', None)):
    print(name)
for line in open('/proc/self/maps'):
    if '/' in line: print(line.split(maxsplit=5)[5].strip())" 2>/dev/null
    done | grep '^/' | awk '!seen[$0]++'
    for file in /usr/lib/xorg/Xorg /usr/lib/xorg/modules/*.so /usr/lib/xorg/modules/drivers/modesetting_drv.so \
        /usr/lib/*/vlc/plugins/plugins.dat; do
        [ ! -f "$file" ] || echo "$file"
    done
}

# Whether the settings in FILE can be read by the program in $release; says what is wrong.
settings_are_good() {
    "$release/bin/python" -c 'import sys
from pathlib import Path
from player.settings.reading import SettingsError, read_settings
try:
    read_settings(Path(sys.argv[1]))
except SettingsError as error:
    sys.exit(str(error).replace(sys.argv[1], sys.argv[2]))' "$1" "${given:-$config}"
}

write_settings() {
    mkdir -p "${config%/*}"
    fresh="$config.new"
    if [ -n "$given" ]; then
        cp "$given" "$fresh" || fail "cannot read $given"
    elif [ -f "$config" ]; then
        cp "$config" "$fresh"
    else
        cp "$here/config.example.toml" "$fresh" || fail "config.example.toml is missing from $here"
        [ -n "$name" ] || name=$(hostname | tr 'A-Z_.' 'a-z--' | tr -cd 'a-z0-9-' | cut -c 1-32)
    fi
    if [ -n "$name" ]; then
        # The name in [panel], and no other.
        sed -i "/^\[panel\]/,/^\[[^p]/ s/^[[:space:]]*name[[:space:]]*=.*/name = \"$name\"/" "$fresh"
        grep -q "^name = \"$name\"" "$fresh" || sed -i "s/^\[panel\].*/&\nname = \"$name\"/" "$fresh"
    fi
    if ! settings_are_good "$fresh"; then
        rm -f "$fresh"
        [ "$release" = "$(readlink -f $base/current)" ] || rm -rf "$release"
        fail "these settings cannot be used (see above); nothing was changed"
    fi
    chown root:panel "$fresh"
    chmod 640 "$fresh"
    mv "$fresh" "$config"
}

# keep_files RELEASE: the system files that belong to it, and where each goes, so that a way back takes them too.
keep_files() {
    mkdir -p "$1/system" && files >"$1/system/files" || fail "cannot write $1/system"
    files | while read -r source target mode; do
        install -m "$mode" "$here/systemd/$source" "$1/system/$source" || exit 1
    done || fail "a file could not be written"
}

# put_files RELEASE: its system files go to their places; what only the program that runs until now put there goes away.
put_files() {
    now=$(readlink -f $base/current 2>/dev/null)
    if [ -f "$now/system/files" ]; then
        while read -r source target mode; do
            grep -qF " $target " "$1/system/files" || rm -f "$target"
        done <"$now/system/files"
    fi
    while read -r source target mode; do
        install -D -m "$mode" "$1/system/$source" "$target" || fail "$target could not be written"
    done <"$1/system/files"
}

# What read one of those files reads it again.
reload_system() {
    [ -x /usr/sbin/update-grub ] && [ -d /boot/grub ] && /usr/sbin/update-grub >/dev/null 2>&1
    systemd_runs || return 0
    systemctl daemon-reload
    udevadm control --reload
    sysctl -q -p /etc/sysctl.d/60-panel.conf 2>/dev/null
    systemctl --quiet restart systemd-journald.service
}

# The target that the machine started into before it was a panel, asked once.
remember_default_target() {
    [ -f $base/default-target ] || systemctl get-default >$base/default-target 2>/dev/null || rm -f $base/default-target
}

default_target_before() {
    was=$(cat $base/default-target 2>/dev/null)
    case $was in
    *.target) echo "$was" ;;
    *) echo multi-user.target ;; # installed by a version that did not ask; Debian without a desktop has this one
    esac
}

# The driver of the graphics card in this computer is loaded at once, not when udev comes to it: seconds on a slow one.
load_graphics_early() {
    drivers=$(for module in /sys/class/drm/card*/device/driver/module; do
        [ ! -e "$module" ] || basename "$(readlink -f "$module")"
    done | sort -u)
    [ -n "$drivers" ] || return 0
    mkdir -p "${modules%/*}"
    printf '# Written by install.sh of panel-player, which looked.\n%s\n' "$drivers" >"$modules"
}

switch_to() { # switch_to RELEASE: the link is replaced in one step
    [ "$(readlink -f $base/current 2>/dev/null)" = "$1" ] && return 0
    [ -L $base/current ] && ln -sfn "$(readlink -f $base/current)" $base/previous
    { ln -sfn "$1" $base/current.new && mv -T $base/current.new $base/current; } || fail "cannot switch $base/current"
    for command in panel-player panel-office; do
        [ -x "$base/current/bin/$command" ] && ln -sfn "$base/current/bin/$command" "/usr/local/bin/$command"
    done
    for old in "$base"/releases/*; do
        case $old in
        "$(readlink -f $base/current)" | "$(readlink -f $base/previous 2>/dev/null)") ;;
        *) rm -rf "$old" ;;
        esac
    done
}

restart_player() {
    systemd_runs || return 0
    systemctl restart panel-player.service || fail "the player did not start; see: journalctl -u panel-player -e"
}

install_all() {
    # shellcheck disable=SC2086 # one word for each package
    need_packages $PLAYER_PACKAGES $KIOSK_PACKAGES
    [ -f "$here/systemd/panel-sysusers.conf" ] && systemd-sysusers "$here/systemd/panel-sysusers.conf"
    make_release
    write_settings
    put_files "$release"
    load_graphics_early
    systemd-tmpfiles --create /etc/tmpfiles.d/panel-player.conf
    switch_to "$release"

    systemctl --quiet disable getty@tty1.service 2>/dev/null
    systemctl --quiet mask getty@tty1.service
    remember_default_target
    systemctl --quiet set-default multi-user.target
    systemctl --quiet enable panel-blank.service panel-warm.service panel-display.service panel-player.service panel-receipt.path systemd-timesyncd.service
    reload_system
    if systemd_runs; then
        systemctl --no-block start panel-display.service panel-receipt.path
        udevadm trigger --subsystem-match=block --action=add
    fi
    restart_player
    say "done: $("$base/current/bin/python" -c 'import player; print("panel-player", player.__version__)') plays what is in /srv/panel/content"
    say "settings: $config   state: panel-player status   log: journalctl -u panel-player -f"
}

roll_back() {
    [ -L $base/previous ] || fail "there is no program before this one: nothing was upgraded yet"
    was=$(readlink -f $base/previous)
    [ -x "$was/bin/panel-player" ] || fail "the program before this one is gone from $was"
    if [ -f "$was/system/files" ]; then
        put_files "$was"
        reload_system
    else
        say "units, udev rules and GRUB's settings stay as they are: that version did not keep its own"
    fi
    switch_to "$was"
    restart_player
    say "back to $("$base/current/bin/python" -c 'import player; print("panel-player", player.__version__)'); $0 --rollback again undoes this"
}

uninstall() {
    if systemd_runs; then
        systemctl --quiet disable --now panel-player.service panel-display.service panel-receipt.path panel-blank.service panel-warm.service 2>/dev/null
        systemctl --quiet stop 'panel-usb@*.service' 2>/dev/null
    else
        systemctl --quiet disable panel-player.service panel-display.service panel-receipt.path panel-blank.service panel-warm.service 2>/dev/null
    fi
    files | while read -r source target mode; do rm -f "$target"; done
    rm -f "$modules"
    systemctl --quiet set-default "$(default_target_before)"
    rm -rf $base "$library"
    rm -f /usr/local/bin/panel-player /usr/local/bin/panel-office
    systemctl --quiet unmask getty@tty1.service
    systemctl --quiet enable getty@tty1.service 2>/dev/null
    [ -x /usr/sbin/update-grub ] && [ -d /boot/grub ] && /usr/sbin/update-grub >/dev/null 2>&1
    if systemd_runs; then
        systemctl daemon-reload
        udevadm control --reload
        systemctl --quiet --no-block start getty@tty1.service
    fi
    say "uninstalled; left: /srv/panel (content), /var/lib/panel-player (state), /etc/panel-player (settings), the user panel"
}

# ---- the command line

job=install_all given="" name="" wheels=""
while [ $# -gt 0 ]; do
    case $1 in
    --config) given=${2:-} && shift ;;
    --config=*) given=${1#*=} ;;
    --name) name=${2:-} && shift ;;
    --name=*) name=${1#*=} ;;
    --wheels) wheels=${2:-} && shift ;;
    --wheels=*) wheels=${1#*=} ;;
    --rollback) job=roll_back ;;
    --uninstall) job=uninstall ;;
    -h | --help) usage ;;
    *)
        say "unknown: $1"
        usage 2
        ;;
    esac
    [ $# -gt 0 ] && shift
done
[ "$(id -u)" = 0 ] || fail "this needs root: sudo sh $0 ..."
[ -z "$given" ] || [ -r "$given" ] || fail "--config: $given is not there"
[ -z "$wheels" ] || wheels=$(cd "$wheels" 2>/dev/null && pwd) || fail "--wheels: no such folder"
if [ -n "$name" ]; then
    case $name in
    *[!a-z0-9-]*) fail "--name $name: use 3 to 32 of a-z, 0-9 and -, like serang-01" ;;
    ??) fail "--name $name: use 3 to 32 of a-z, 0-9 and -, like serang-01" ;;
    esac
fi
PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
$job
