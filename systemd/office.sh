#!/bin/sh
# Makes this computer the office: the panels' broker, the web console, the collector of records. On a fresh Debian 12 or 13,
# as root, from a checkout:
#
#   sh systemd/office.sh --name HOST[,OTHER-NAME-OR-ADDRESS...] [--wheels DIR]    make the office, or upgrade it in place
#   sh systemd/office.sh --panel NAME [--to FILE]     write NAME.panel: the one file with which a panel is enrolled
#   sh systemd/office.sh --renew                      make anew what ends within 60 days (a timer does it every day)
#   sh systemd/office.sh --uninstall [--purge]        away again; with --purge settings, accounts, certificates and records too
#
#   --name HOST     how panels and people reach this computer, like mqtt.serang.go.id; needed the first time only
#   --wheels DIR    Python packages from this folder instead of the internet (made by: sh systemd/wheels.sh --office DIR)
#
# Asks nothing. An upgrade keeps settings, accounts, certificates and records. The content in /srv/office always stays.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$here/systemd/common.sh"

base=/opt/panel-office
home=/etc/panel-office
config=$home/config.toml
authority=$home/ca
state=/var/lib/panel-office
content=/srv/office
broker=/etc/mosquitto
units=/etc/systemd/system
web_port=8443
renew_days=60 # twice as long as the month before its end in which a certificate is told of
first_folder=kota

# Every file that this puts on the machine, but the broker's: what it is here, and where it goes.
files() {
    cat <<END
panel-office-web.service $units/panel-office-web.service 644
panel-office-collect.service $units/panel-office-collect.service 644
panel-office-notify.service $units/panel-office-notify.service 644
panel-office-renew.service $units/panel-office-renew.service 644
panel-office-renew.timer $units/panel-office-renew.timer 644
panel-office-sysusers.conf /etc/sysusers.d/panel-office.conf 644
panel-office-tmpfiles.conf /etc/tmpfiles.d/panel-office.conf 644
END
}

SERVICES="panel-office-web.service panel-office-collect.service panel-office-notify.service panel-office-renew.timer"
BROKER_ACCOUNTS="operator collector administrator" # one for each role (broker/office.acl); no program has the last one

usage() {
    usage_of "$0" 2 13
    exit "${1:-0}"
}

as_office() { runuser -u panel-office -- "$base/bin/panel-office" --config "$config" "$@"; }

ask_program() { # ask_program CODE WORDS...: lines of Python by the program that runs, or is about to
    code=$1
    shift
    "${release:-$base/current}/bin/python" -I -c "$code" "$@"
}

# ---- the name

# read_names: $names is the list for the certificates, $host its first; kept for the next time.
read_names() {
    before=$(cat "$home/names" 2>/dev/null)
    [ -n "$names" ] || names=$before
    [ -n "$names" ] || fail "how do panels and people reach this computer? sh systemd/office.sh --name mqtt.serang.go.id"
    case $names in *[!A-Za-z0-9.:,-]*) fail "--name $names: write the name of a computer or its address; a comma between several" ;; esac
    for one in $(printf %s "$names" | tr ',' ' '); do
        case $one in
        [!A-Za-z0-9]* | *[!A-Za-z0-9]) fail "--name: $one is neither the name of a computer nor an address" ;;
        esac
    done
    host=${names%%,*}
    [ -n "$host" ] || fail "--name: the first name is empty"
}

keep_names() {
    [ "$names" = "$before" ] && return 0
    if [ -n "$before" ]; then
        say "the names of this office were $before; the certificates of broker and console are made anew for $names"
        rm -f "$authority/broker.crt" "$authority/web.crt"
    fi
    printf '%s\n' "$names" >"$home/names"
}

# ---- the settings

write_settings() {
    if [ ! -f "$config" ]; then
        install -m 640 -o root -g panel-office /dev/null "$config.new"
        cat >"$config.new" <<END
# The office's programs read this file: player/docs/office.md says what else can stand here.
host = "localhost"                    # the broker on this computer; panels reach it as $host
port = 8884
ca_file = "$home/ca.crt"
username = "operator"
password_file = "$home/passwords/operator"

[web]
listen = "0.0.0.0:$web_port"              # everybody in the office's network; "127.0.0.1:$web_port": only this computer
certificate_file = "$home/web.crt"
key_file = "$home/web.key"
data_folder = "$state"
language = "id"

[[folder]]                            # a folder that may be edited in the console; one such part for each
name = "$first_folder"
path = "$content/$first_folder"
panels = ["*"]                        # who gets it: names, "group:north", or all
END
    else
        cp -p "$config" "$config.new"
    fi
    if ! settings_are_good "$config.new"; then
        rm -f "$config.new"
        [ "$release" = "$(readlink -f $base/current)" ] || rm -rf "$release"
        fail "$config cannot be used with this version (see above); nothing was changed"
    fi
    mv "$config.new" "$config"
}

settings_are_good() {
    ask_program 'import sys
from pathlib import Path
from player.office.settings import read_office_settings
from player.office.signing import OfficeError
try:
    read_office_settings(Path(sys.argv[1]), {})
except OfficeError as error:
    sys.exit(str(error).replace(sys.argv[1], sys.argv[2]))' "$1" "$config"
}

# Whether somebody would be told of alerts: without a way the notifier has nothing to do.
notifier_has_ways() {
    ask_program 'import sys
from pathlib import Path
from player.office.notify.ways import ways_of
from player.office.settings import read_office_settings
sys.exit(not ways_of(read_office_settings(Path(sys.argv[1]), {}).notify))' "$config"
}

make_first_folder() {
    grep -qF "path = \"$content/$first_folder\"" "$config" || return 0
    [ -d "$content/$first_folder" ] ||
        install -d -m 2770 -o panel-office -g office-content "$content/$first_folder"
}

# ---- certificates and the broker

# put SOURCE TARGET OWNER:GROUP MODE: the file, when it is not there as it should be; then its name is in $changed.
put() {
    cmp -s "$1" "$2" && return 0
    install -D -m "$4" -o "${3%:*}" -g "${3#*:}" "$1" "$2.new" && mv "$2.new" "$2" || fail "$2 could not be written"
    changed="$changed $2"
}

# put_unless_changed SOURCE TARGET: a file of the broker that people may have added to; theirs stays.
put_unless_changed() {
    if [ ! -e "$broker/$2" ] || cmp -s "$base/current/systemd/broker/$1" "$broker/$2"; then
        put "$here/systemd/broker/$1" "$broker/$2" mosquitto:mosquitto 600
    elif ! cmp -s "$here/systemd/broker/$1" "$broker/$2"; then
        say "$broker/$2 was changed by hand and stays; the one of this version: $here/systemd/broker/$1"
    fi
}

# make_certificates [PANEL]: makes what is missing or ends soon; what was made for a panel that was not asked for is in $renewed.
make_certificates() {
    all_names=$(printf "%s,localhost,127.0.0.1" "$names" | tr , "\n" | awk "!seen[\$0]++" | paste -sd , -)
    said=$("$here/systemd/broker/make-certificates" --web --renew $renew_days "$authority" "$all_names" "$@") || exit 1
    renewed=$(printf '%s\n' "$said" | sed -n "s#^made $authority/panels/\([a-z0-9-]*\)/panel.crt.*#\1#p" | grep -vx "${1:-}")
}

# Broker and programs get their own copies: none of them can read the folder in which the authority's key lies.
put_certificates() {
    for file in ca.crt broker.crt broker.key; do
        put "$authority/$file" "$broker/certs/$file" mosquitto:mosquitto 600
    done
    put "$authority/ca.crt" "$home/ca.crt" root:root 644
    put "$authority/broker.crt" "$home/broker.crt" root:root 644
    put "$authority/web.key" "$home/web.key" root:panel-office 640
    put "$authority/web.crt" "$home/web.crt" root:root 644
}

# An account at the broker for each role; its password is in a file that only the programs can read, of the administrator only root.
make_broker_accounts() {
    [ -f "$broker/office.passwd" ] || install -m 600 /dev/null "$broker/office.passwd"
    for account in $BROKER_ACCOUNTS; do
        secret="$home/passwords/$account"
        there=$(grep -c "^$account:" "$broker/office.passwd")
        [ "$there" = 1 ] && [ -s "$secret" ] && continue
        [ "$there" = 0 ] || fail "the broker has an account $account that was made by hand: write its password into $secret, then run this again"
        reader=panel-office
        [ "$account" = administrator ] && reader=root
        install -m 640 -o root -g "$reader" /dev/null "$secret"
        openssl rand -hex 24 >"$secret"
        printf '%s:%s\n' "$account" "$(cat "$secret")" >"$work/account"
        mosquitto_passwd -U "$work/account" || fail "mosquitto_passwd could not make the account $account"
        cat "$work/account" >>"$broker/office.passwd"
        changed="$changed $broker/office.passwd"
    done
    chown mosquitto: "$broker/office.passwd"
    chmod 600 "$broker/office.passwd"
}

put_broker_files() {
    put_unless_changed panels.conf conf.d/panels.conf
    put_unless_changed panels.acl panels.acl
    put_unless_changed office.acl office.acl
}

# ---- the services

# restart_changed: the broker and the console, when $changed names a file of theirs.
restart_changed() {
    systemd_runs || return 0
    case $changed in *"$broker"/*) systemctl restart mosquitto.service || fail "the broker did not start; see: journalctl -u mosquitto -e" ;; esac
    case $changed in *"$home"/web.*) systemctl try-restart panel-office-web.service ;; esac
}

start_services() {
    systemctl --quiet enable mosquitto.service panel-office-web.service panel-office-collect.service panel-office-renew.timer
    if notifier_has_ways; then how=enable; else how=disable; fi
    systemctl --quiet $how panel-office-notify.service
    systemd_runs || return 0
    systemctl daemon-reload
    systemctl start mosquitto.service panel-office-renew.timer
    systemctl restart panel-office-web.service panel-office-collect.service ||
        fail "the office did not start; see: journalctl -u 'panel-office-*' -e"
    if [ $how = enable ]; then systemctl restart panel-office-notify.service; else systemctl stop panel-office-notify.service; fi
    console_answers || fail "the console does not answer; see: journalctl -u panel-office-web -e"
}

console_answers() {
    ask_program 'import socket, sys, time
from pathlib import Path
from player.office.settings import read_office_settings
host, port = read_office_settings(Path(sys.argv[1]), {}).web.host_and_port
for _ in range(120):
    try:
        socket.create_connection(({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port), 2).close()
        sys.exit(0)
    except OSError:
        time.sleep(0.5)
sys.exit(1)' "$config"
}

# The first account of a person, once: somebody must be able to sign in.
first_admin() {
    as_office account list | tail -n +2 | grep -q . && return 0
    password=$(openssl rand -base64 15 | tr '+/' 'pq')
    printf '%s\n' "$password" | as_office account add admin --role admin --password-file - >/dev/null ||
        fail "the first account could not be made (see above)"
}

# ---- the jobs

make_office() {
    read_names
    # shellcheck disable=SC2086 # one word for each package
    need_packages $OFFICE_PACKAGES
    systemd-sysusers "$here/systemd/panel-office-sysusers.conf" || fail "the user panel-office could not be made"
    systemd-tmpfiles --create "$here/systemd/panel-office-tmpfiles.conf"
    make_release $base "[office]" systemd/requirements.lock systemd/office.lock
    keep_files "$release"
    cp -r "$here/systemd" "$release/" || fail "cannot write $release"
    write_settings
    keep_names
    make_certificates
    put_certificates
    make_broker_accounts
    put_broker_files
    put_files "$release"
    drop_hand_made
    commands="panel-office panel-player"
    [ ! -e /opt/panel-player/current ] || commands=panel-office # a panel's own is a panel's
    # shellcheck disable=SC2086 # one word for each command
    switch_release $base "$release" $commands
    ln -sfn current/bin $base/bin
    make_first_folder
    password=""
    first_admin
    restart_changed
    start_services
    tell_office
}

# Before there was this script, the manual made an environment of its own in this place.
drop_hand_made() {
    [ -f $base/pyvenv.cfg ] || return 0
    (cd $base && rm -rf bin lib lib64 include share pyvenv.cfg)
}

tell_office() {
    say "done: $(version_in $base)"
    say "  console    https://$host:$web_port (browsers ask once whether to trust it: player/docs/office.md)"
    [ -z "$password" ] || say "  sign in    account admin, password $password (shown only now)"
    say "  content    $content/$first_folder, for people and sync tools in the group office-content"
    say "  a panel    sh systemd/office.sh --panel serang-01, then on it: sh systemd/install.sh --enrol serang-01.panel"
    say "  settings   $config   log: journalctl -u 'panel-office-*' -f"
    systemd_runs || say "systemd does not run here: nothing was started"
}

there_is_an_office() {
    [ -f "$authority/ca.crt" ] && [ -x $base/current/bin/python ] || fail "there is no office on this computer yet: sh systemd/office.sh --name HOST"
    read_names
    changed=""
}

write_panel_file() { # write_panel_file NAME FILE
    "$base/current/bin/python" -I -m player.office.enrolment "$1" --authority "$authority" --host "$host" --to "$2" --config "$config" ||
        fail "the file for $1 could not be written (see above)"
}

enrol_panel() {
    there_is_an_office
    make_certificates "$panel"
    put_certificates
    restart_changed
    write_panel_file "$panel" "${to:-$panel.panel}"
    tell_renewed
    say "${to:-$panel.panel}: bring it to $panel, run there: sh systemd/install.sh --enrol $panel.panel; then remove both copies"
}

# The panels whose certificates were made anew without anybody asking for it.
tell_renewed() {
    for each in $renewed; do
        write_panel_file "$each" "$home/panels/$each.panel"
        say "the certificate of $each ends soon: bring $home/panels/$each.panel there, and run: sh systemd/install.sh --enrol $each.panel"
    done
}

renew() {
    there_is_an_office
    make_certificates
    put_certificates
    restart_changed
    tell_renewed
    [ -n "$changed$renewed" ] || say "nothing ends within $renew_days days"
}

uninstall() {
    now=""
    ! systemd_runs || now=--now
    # shellcheck disable=SC2086 # one word for each
    systemctl --quiet disable $now $SERVICES 2>/dev/null
    files | while read -r source target mode; do rm -f "$target"; done
    rm -f "$broker/conf.d/panels.conf"
    drop_commands $base panel-office panel-player
    rm -rf $base
    if systemd_runs; then
        systemctl daemon-reload
        systemctl try-restart mosquitto.service
    fi
    if [ -z "$purge" ]; then
        say "uninstalled; left: $content (content), $state (accounts, records), $home (settings, certificates), the broker's accounts"
        return 0
    fi
    rm -rf "$home" "$state" "$broker/panels.acl" "$broker/office.acl" "$broker/office.passwd"
    for file in ca.crt broker.crt broker.key; do rm -f "$broker/certs/$file"; done
    userdel panel-office 2>/dev/null
    say "uninstalled, with settings, accounts, certificates and records: no panel can reach this office any more"
    say "left: $content, for a sync tool would take the content from every panel too; the Debian packages"
}

# ---- the command line

job=make_office names="" wheels="" panel="" to="" purge="" changed=""
while [ $# -gt 0 ]; do
    case $1 in
    --name) names=${2:-} && shift ;;
    --name=*) names=${1#*=} ;;
    --wheels) wheels=${2:-} && shift ;;
    --wheels=*) wheels=${1#*=} ;;
    --panel) job=enrol_panel panel=${2:-} && shift ;;
    --panel=*) job=enrol_panel panel=${1#*=} ;;
    --to) to=${2:-} && shift ;;
    --to=*) to=${1#*=} ;;
    --renew) job=renew ;;
    --uninstall) job=uninstall ;;
    --purge) purge=yes ;;
    -h | --help) usage ;;
    *)
        say "unknown: $1"
        usage 2
        ;;
    esac
    [ $# -gt 0 ] && shift
done
[ "$(id -u)" = 0 ] || fail "this needs root: sudo sh $0 ..."
[ -z "$wheels" ] || wheels=$(cd "$wheels" 2>/dev/null && pwd) || fail "--wheels: no such folder"
[ $job != enrol_panel ] || [ -n "$panel" ] || fail "--panel wants the panel's name, like --panel serang-01"
PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
$job
