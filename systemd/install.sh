#!/bin/sh
# Makes this computer a panel. On a fresh Debian 12 or 13 (netinst, no desktop), as root, from a checkout:
#
#   sh systemd/install.sh [--config FILE] [--enrol FILE] [--name NAME] [--wheels DIR]    install, or upgrade in place
#   sh systemd/install.sh --rollback                                                    the program and its system files before the upgrade
#   sh systemd/install.sh --uninstall                                                   away again; content, state and settings stay
#
#   --config FILE   becomes /etc/panel-player/config.toml (without it: the one there, or config.example.toml)
#   --enrol FILE    the file that the office made for this panel (sh systemd/office.sh --panel NAME): its certificate, key and
#                   authority go beside the settings, name and broker into them
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

usage() {
    usage_of "$0" 2 15
    exit "${1:-0}"
}

# ---- the steps

make_panel_release() {
    make_release $base "" systemd/requirements.lock
    keep_files "$release"
    list_what_is_read >"$release/warm"
}

# Every file that the start of the player reads, for panel-warm.service: one process that reads them all is faster than
# Python, which asks for each when it comes to it. A large library of which little is used is left out (30 MB of the ICU's
# data, of which one page): a slow disk has better things to do while the system starts.
list_what_is_read() {
    for program in "import player.start, player.daemon" "from player.screen.decoder import zygote; zygote.load()"; do
        "$release/bin/python" -c "$program
import os, sys
for name in dict.fromkeys(m.__spec__.cached or m.__spec__.origin for m in list(sys.modules.values()) if getattr(m, '__spec__', None)):
    print(name)
used, path = {}, ''
for line in open('/proc/self/smaps'):
    words = line.split(maxsplit=5)
    if '-' in words[0]: path = words[5].strip() if len(words) > 5 else ''
    elif words[0] == 'Rss:': used[path] = used.get(path, 0) + int(words[1]) * 1024
for path, size in used.items():
    if path.startswith('/') and os.path.isfile(path) and (size * 2 >= os.path.getsize(path) or os.path.getsize(path) < 1 << 20): print(path)" 2>/dev/null
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
    nobodys=""
    if [ -n "$given" ]; then
        cp "$given" "$fresh" || fail "cannot read $given"
    elif [ -f "$config" ]; then
        cp "$config" "$fresh"
    else
        cp "$here/config.example.toml" "$fresh" || fail "config.example.toml is missing from $here"
        nobodys=--fresh
        [ -n "$name$enrolment" ] || name=$(hostname | tr 'A-Z_.' 'a-z--' | tr -cd 'a-z0-9-' | cut -c 1-32)
    fi
    if [ -n "$enrolment" ]; then
        enrol
    elif [ -n "$name" ]; then
        # The name in [panel], and no other.
        sed -i "/^\[panel\]/,/^\[[^p]/ s/^[[:space:]]*name[[:space:]]*=.*/name = \"$name\"/" "$fresh"
        grep -q "^name = \"$name\"" "$fresh" || sed -i "s/^\[panel\].*/&\nname = \"$name\"/" "$fresh"
    fi
    if ! settings_are_good "$fresh"; then
        drop_what_was_prepared
        fail "these settings cannot be used (see above); nothing was changed"
    fi
    chown root:panel "$fresh"
    chmod 640 "$fresh"
    [ -z "$enrolment" ] || put_enrolled
    mv "$fresh" "$config"
}

drop_what_was_prepared() {
    rm -f "$fresh" "${config%/*}"/ca.crt.new "${config%/*}"/panel.crt.new "${config%/*}"/panel.key.new
    [ "$release" = "$(readlink -f $base/current)" ] || rm -rf "$release"
}

# What the office's file says goes into $fresh; certificate, key and authority lie beside the settings, with .new at the end.
enrol() {
    # shellcheck disable=SC2086 # one word, or none
    "$release/bin/python" -I -m player.cli.enrol "$enrolment" --settings "$fresh" --folder "${config%/*}" \
        --panel "$name" $nobodys || {
        drop_what_was_prepared
        fail "this panel cannot be enrolled with that file (see above); nothing was changed"
    }
}

put_enrolled() {
    for file in ca.crt panel.crt panel.key; do
        file="${config%/*}/$file"
        chown root:panel "$file.new" && chmod 640 "$file.new" && mv "$file.new" "$file" || fail "$file could not be written"
    done
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

switch_to() { # switch_to RELEASE
    commands="panel-player panel-office"
    [ ! -e /opt/panel-office/current ] || commands=panel-player # the office's own has more in it
    # shellcheck disable=SC2086 # one word for each command
    switch_release $base "$1" $commands
}

restart_player() {
    systemd_runs || return 0
    systemctl restart panel-player.service || fail "the player did not start; see: journalctl -u panel-player -e"
}

install_all() {
    # shellcheck disable=SC2086 # one word for each package
    need_packages $PLAYER_PACKAGES $KIOSK_PACKAGES
    [ -f "$here/systemd/panel-sysusers.conf" ] && systemd-sysusers "$here/systemd/panel-sysusers.conf"
    make_panel_release
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
    say "done: $(version_in $base) plays what is in /srv/panel/content"
    say "settings: $config   state: panel-player status   log: journalctl -u panel-player -f"
    [ -z "$enrolment" ] || say "enrolled; remove $enrolment now: it holds this panel's key"
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
    say "back to $(version_in $base); $0 --rollback again undoes this"
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
    drop_commands $base panel-player panel-office
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

job=install_all given="" enrolment="" name="" wheels=""
while [ $# -gt 0 ]; do
    case $1 in
    --config) given=${2:-} && shift ;;
    --config=*) given=${1#*=} ;;
    --enrol) enrolment=${2:-} && shift ;;
    --enrol=*) enrolment=${1#*=} ;;
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
if [ -n "$enrolment" ]; then
    [ -r "$enrolment" ] || fail "--enrol: $enrolment is not there"
    # The program itself looks closer; a wrong file is told before the minutes that its installation takes.
    head -c 24 "$enrolment" | grep -qx '# panel-player enrolment' ||
        fail "$enrolment: it is not an office's file for a panel; make one at the office: sh systemd/office.sh --panel NAME"
fi
[ -z "$wheels" ] || wheels=$(cd "$wheels" 2>/dev/null && pwd) || fail "--wheels: no such folder"
if [ -n "$name" ]; then
    case $name in
    *[!a-z0-9-]*) fail "--name $name: use 3 to 32 of a-z, 0-9 and -, like serang-01" ;;
    ??) fail "--name $name: use 3 to 32 of a-z, 0-9 and -, like serang-01" ;;
    esac
fi
PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
$job
