"""Which video output VLC shall use: GL only where a real GPU renders (facts.md: llvmpipe costs 76-80 % of a core).

Knows: the render nodes of this machine. Touches: /dev/dri and /sys, reading. Must not: open the GPU.
"""

from __future__ import annotations

from pathlib import Path

SOFTWARE_DRIVERS = frozenset(
    {"vgem", "vkms", "bochs-drm", "cirrus", "simpledrm", "simple-framebuffer", "virtio_gpu", "ast", "qxl"}
)
"""Kernel drivers that show pixels but render nothing: Mesa falls onto llvmpipe with them."""


def pick_output(wanted: str, devices: Path = Path("/sys/class/drm")) -> str:
    """ "x11" or "gl". `auto` is "gl" only when a render node has a driver that is known to render."""
    if wanted != "auto":
        return wanted
    for node in sorted(devices.glob("renderD*")):
        driver = node / "device" / "driver"
        if driver.exists() and driver.resolve().name not in SOFTWARE_DRIVERS:
            return "gl"
    return "x11"
