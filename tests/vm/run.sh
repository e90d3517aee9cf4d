#!/bin/sh
# The panel, judged on a whole machine: sh tests/vm/run.sh [pytest's arguments]
#
# Builds a real Debian (mmdebstrap), boots it in QEMU, installs with systemd/install.sh as a person would, and judges by
# the screen (QMP screendump), by MQTT and by the journal. Opt-in: it takes root, 12 GB of disk, both cores and an
# hour without KVM. Keeps images in PANEL_VM_CACHE (/var/cache/panel-vm). PANEL_VM_RELEASE=trixie for Debian 13.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
cd "$here" || exit 1
. systemd/common.sh
# shellcheck disable=SC2086 # one word for each package
need_packages $PLAYER_PACKAGES $TEST_PACKAGES qemu-system-x86 qemu-utils mmdebstrap openssh-client socat mtools fdisk
make_environment "$here" "[test]"
sh tests/vm/build.sh || exit 1
exec .venv/bin/python -m pytest -p no:cacheprovider --timeout=1800 -v tests/vm/stories.py tests/vm/attack_stories.py tests/vm/records_stories.py \
    tests/vm/office_stories.py "$@"
