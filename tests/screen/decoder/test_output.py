"""Which output VLC gets: never OpenGL in software, whatever the machine looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.screen.decoder.output import ask_renderer, is_hardware, pick_output
from tests.kit.xvfb import WITH_GLX, running_xvfb

INTEL = "Mesa Intel(R) UHD Graphics (ADL-S GT1)"
LLVMPIPE = "llvmpipe (LLVM 15.0.6, 256 bits)"


def machine(folder: Path, *drivers: str) -> Path:
    """A /sys/class/drm with one render node for each driver; "" is a node without a driver."""
    for number, driver in enumerate(drivers):
        node = folder / "drm" / f"renderD{128 + number}" / "device"
        node.mkdir(parents=True)
        if driver:
            (folder / driver).mkdir(exist_ok=True)
            (node / "driver").symlink_to(folder / driver)
    return folder / "drm"


@pytest.mark.parametrize(
    ("drivers", "renderer", "wanted"),
    [
        ((), INTEL, "x11"),
        (("",), INTEL, "x11"),
        (("virtio_gpu",), LLVMPIPE, "x11"),
        (("vgem", "bochs-drm"), INTEL, "x11"),
        (("i915",), INTEL, "gl"),
        (("vgem", "amdgpu"), "AMD Radeon Graphics (raphael_mendocino)", "gl"),
        (("i915",), LLVMPIPE, "x11"),
        (("i915",), "", "x11"),
        (("xe",), "SOFTWARE RASTERIZER", "x11"),
    ],
)
def test_auto_is_gl_only_where_a_gpu_renders(
    tmp_path: Path, drivers: tuple[str, ...], renderer: str, wanted: str
) -> None:
    """A render node, a driver that renders, and an OpenGL on this display that is not software: all three."""
    assert pick_output("auto", ":0", machine(tmp_path, *drivers), lambda _display: renderer) == wanted


@pytest.mark.parametrize("said", ["x11", "gl"])
def test_what_somebody_chose_is_not_asked_about(tmp_path: Path, said: str) -> None:
    """The setting rules; no process is started for it."""

    def never(display: str) -> str:
        raise AssertionError(display)

    assert pick_output(said, ":0", machine(tmp_path, "i915"), never) == said


@pytest.mark.live
def test_a_gpu_that_the_display_does_not_use_counts_for_nothing(tmp_path: Path) -> None:
    """Xvfb's OpenGL is llvmpipe (or there is none), with any graphics card: VLC gets the X11 output."""
    with running_xvfb("64x64", WITH_GLX) as display:
        assert not is_hardware(ask_renderer(display))
        assert pick_output("auto", display, machine(tmp_path, "i915")) == "x11"
    assert ask_renderer(":59999") == "", "no display, no name"  # a number that no X server takes by itself
