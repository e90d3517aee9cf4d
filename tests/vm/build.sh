#!/bin/sh
# Makes what the VM stories start from, in PANEL_VM_CACHE: a Debian disk with the player's packages but not the player,
# its kernel, a key for ssh, and a folder with the player's wheels. Each part is made again only when its input changed.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/systemd/common.sh"
cache=${PANEL_VM_CACHE:-/var/cache/panel-vm}
release=${PANEL_VM_RELEASE:-bookworm}
mirror=${PANEL_VM_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$cache"
[ "$(id -u)" = 0 ] || fail "tests/vm/build.sh needs root (it makes file systems)"

# What install.sh would fetch: the guest has no internet. The generic kernel: the cloud one lacks drm and usb-storage.
packages="linux-image-amd64 initramfs-tools systemd-sysv udev kmod openssh-server iproute2 procps less \
xserver-xorg-core libpam-systemd dbus polkitd mount util-linux systemd-timesyncd $PLAYER_PACKAGES"

[ -f "$cache/key" ] || ssh-keygen -q -t ed25519 -N "" -f "$cache/key"

disk="$cache/$release.img"
mark="$(echo "$packages" | cksum) $(cksum <"$0") $(cksum <"$cache/key.pub")"
if [ ! -f "$disk" ] || [ "$(cat "$cache/$release.made" 2>/dev/null)" != "$mark" ]; then
    say "building Debian $release into $disk"
    root="$cache/$release.root"
    rm -rf "$root" "$cache/$release.made"
    # shellcheck disable=SC2016 # $1 is mmdebstrap's
    mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
        --include="$(echo "$packages" | tr -s ' ' ',')" \
        --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" && printf "MODULES=list\n" >"$1/etc/initramfs-tools/conf.d/vm" && printf "virtio_pci\nvirtio_blk\next4\n" >"$1/etc/initramfs-tools/modules"' \
        --customize-hook='echo panel-vm >"$1/etc/hostname"; echo "/dev/vda / ext4 defaults 0 1" >"$1/etc/fstab"; echo "127.0.1.1 panel-vm" >>"$1/etc/hosts"' \
        --customize-hook='mkdir -p "$1/root/.ssh" && cp "'"$cache"'/key.pub" "$1/root/.ssh/authorized_keys" && chmod 700 "$1/root/.ssh"' \
        --customize-hook='printf "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n" >"$1/etc/systemd/network/20-en.network"' \
        --customize-hook='chroot "$1" systemctl --quiet enable systemd-networkd ssh; chroot "$1" update-initramfs -u -k all >/dev/null' \
        "$release" "$root" "$mirror"
    cp "$root"/boot/vmlinuz-* "$cache/$release.kernel"
    cp "$root"/boot/initrd.img-* "$cache/$release.initrd"
    rm -f "$disk"
    mke2fs -q -t ext4 -L root -d "$root" "$disk" 5G
    rm -rf "$root"
    echo "$mark" >"$cache/$release.made"
fi

mark=$(cd "$here" && find player pyproject.toml -name '*.py' -o -name pyproject.toml | sort | xargs cat | cksum)
if [ "$(cat "$cache/wheels.made" 2>/dev/null)" != "$mark" ]; then
    say "making the wheels"
    mkdir -p "$cache/wheels"
    rm -f "$cache"/wheels/panel_player-*.whl
    copy_of_source "$here"
    "$here/.venv/bin/python" -m pip wheel -q -q --disable-pip-version-check -w "$cache/wheels" "$copy"
    rm -rf "$copy"
    echo "$mark" >"$cache/wheels.made"
fi
