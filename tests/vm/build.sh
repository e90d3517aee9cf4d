#!/bin/sh
# Makes what the VM stories start from, in PANEL_VM_CACHE: a Debian disk with the player's packages but not the player,
# its kernel, a key for ssh, and a folder with the player's wheels, made by the guest's own release: a wheel is for one
# Python. Each part is kept by release and made again only when its input changed.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/systemd/common.sh"
. "$here/tests/debian.sh"
cache=${PANEL_VM_CACHE:-/var/cache/panel-vm}
release=${PANEL_VM_RELEASE:-bookworm}
mkdir -p "$cache"
[ "$(id -u)" = 0 ] || fail "tests/vm/build.sh needs root (it makes file systems)"

# What install.sh and office.sh would fetch: the guest has no internet. A panel has no broker: office.sh enables it.
# The generic kernel: the cloud one lacks drm and usb-storage.
packages="linux-image-amd64 initramfs-tools systemd-sysv udev kmod openssh-server iproute2 procps less \
xserver-xorg-core libpam-systemd dbus polkitd mount util-linux systemd-timesyncd $PLAYER_PACKAGES $OFFICE_PACKAGES"

[ -f "$cache/key" ] || ssh-keygen -q -t ed25519 -N "" -f "$cache/key"

disk="$cache/$release.img"
mark="$(echo "$packages" | cksum) $(cksum <"$0") $(cksum <"$cache/key.pub")"
if [ ! -f "$disk" ] || [ "$(cat "$cache/$release.made" 2>/dev/null)" != "$mark" ]; then
    say "building Debian $release into $disk"
    root="$cache/$release.root"
    rm -rf "$root" "$cache/$release.made"
    # shellcheck disable=SC2016 # $1 is mmdebstrap's
    debian_sources "$release" | mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
        --include="$(echo "$packages" | tr -s ' ' ',')" \
        --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" && printf "MODULES=list\n" >"$1/etc/initramfs-tools/conf.d/vm" && printf "virtio_pci\nvirtio_blk\next4\n" >"$1/etc/initramfs-tools/modules"' \
        --customize-hook='echo panel-vm >"$1/etc/hostname"; echo "/dev/vda / ext4 defaults 0 1" >"$1/etc/fstab"; printf "127.0.0.1 localhost\n127.0.1.1 panel-vm\n" >"$1/etc/hosts"' \
        --customize-hook='mkdir -p "$1/root/.ssh" && cp "'"$cache"'/key.pub" "$1/root/.ssh/authorized_keys" && chmod 700 "$1/root/.ssh"' \
        --customize-hook='printf "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n" >"$1/etc/systemd/network/20-en.network"' \
        --customize-hook='chroot "$1" systemctl --quiet enable systemd-networkd ssh; chroot "$1" systemctl --quiet disable mosquitto; chroot "$1" update-initramfs -u -k all >/dev/null' \
        "$release" "$root" -
    cp "$root"/boot/vmlinuz-* "$cache/$release.kernel"
    cp "$root"/boot/initrd.img-* "$cache/$release.initrd"
    rm -f "$disk"
    mke2fs -q -t ext4 -L root -d "$root" "$disk" 8G # sparse; the attack stories import a film of 2 GB
    rm -rf "$root"
    echo "$mark" >"$cache/$release.made"
fi

wheels="$cache/$release.wheels"
mark="$(cd "$here" && find player pyproject.toml systemd -name '*.py' -o -name pyproject.toml -o -name '*.lock' | sort | xargs cat | cksum)"
if [ "$(cat "$wheels.made" 2>/dev/null)" != "$mark" ]; then
    say "making the wheels in a bare Debian $release"
    rm -rf "$wheels" "$wheels.made" "$wheels.root"
    make_bare_debian "$release"
    unpack_bare_debian "$wheels.root"
    mkdir -p "$wheels.root/root/src" "$wheels"
    (cd "$here" && tar -c --exclude=__pycache__ player systemd pyproject.toml README.md LICENSE) | tar -C "$wheels.root/root/src" -x
    inside_root "$wheels.root" sh /root/src/systemd/wheels.sh --office /root/wheels
    cp "$wheels.root"/root/wheels/*.whl "$wheels/"
    rm -rf --one-file-system "$wheels.root"
    echo "$mark" >"$wheels.made"
fi
