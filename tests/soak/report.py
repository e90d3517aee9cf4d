"""From the soak's numbers to its summary in Markdown, its tables in CSV and its plot in PNG (drawn with Pillow)."""

from __future__ import annotations

import csv
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.kit.plot import Line, draw_panel
from tests.soak.faults import Thrown
from tests.soak.watcher import Black, Hold, Late

LEFT_OUT = 0.1
"""The beginning of a series that is no part of its slope: caches fill, both decoders start."""
AFTER_FAULT_S = 12.0
"""What was seen so long after a fault is put down to it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at everything. Sizes in bytes. life: the how manieth start of the daemon."""

    at_s: float
    life: int
    daemon_pss: int
    layers_pss: int
    tree_rss: int
    processes: int
    daemon_threads: int
    layers_threads: int
    daemon_files: int
    layers_files: int
    cpu_percent: float
    x_clients: int
    x_resources: int
    x_pixmap_bytes: int
    x_windows: int
    changes: int


UNITS = dict.fromkeys(("daemon_pss", "layers_pss", "tree_rss", "x_pixmap_bytes"), ("MB", 1e6))
SERIES = tuple(field.name for field in fields(Sample) if field.name not in ("at_s", "life", "changes"))


def slope_per_hour(points: Sequence[tuple[float, float]], left_out: float = LEFT_OUT) -> float | None:
    """Least squares over (seconds, value), the first `left_out` of the time left out; None: too few points."""
    if not points:
        return None
    first_s, last_s = points[0][0], points[-1][0]
    kept = [(at, value) for at, value in points if at >= first_s + (last_s - first_s) * left_out]
    if len(kept) < 3:
        return None
    mean_at = sum(at for at, _ in kept) / len(kept)
    mean = sum(value for _, value in kept) / len(kept)
    spread = sum((at - mean_at) ** 2 for at, _ in kept)
    return 3600 * sum((at - mean_at) * (value - mean) for at, value in kept) / spread if spread else None


def longest_life(samples: Sequence[Sample]) -> list[Sample]:
    """The samples of the daemon's life that has most of them."""
    lives = Tally(sample.life for sample in samples)
    best = lives.most_common(1)[0][0] if lives else 0
    return [sample for sample in samples if sample.life == best]


def is_after_fault(begin_s: float, held_s: float, thrown: Sequence[Thrown]) -> bool:
    return any(fault.at_s - 0.5 <= begin_s + held_s and begin_s <= fault.at_s + AFTER_FAULT_S for fault in thrown)


def table_of_slopes(samples: Sequence[Sample]) -> list[str]:
    one = longest_life(samples)
    minutes = (one[-1].at_s - one[0].at_s) / 60 if one else 0
    lines = [
        f"| | first | median | max | slope per hour, whole run | slope per hour, longest life ({minutes:.0f} min) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in SERIES:
        unit, scale = UNITS.get(name, ("%" if name == "cpu_percent" else "", 1.0))
        values = [getattr(sample, name) / scale for sample in samples]
        if not values:
            continue
        slopes = [
            slope_per_hour([(sample.at_s, getattr(sample, name) / scale) for sample in some]) for some in (samples, one)
        ]
        words = ["-" if slope is None else f"{slope:+.2f} {unit}".strip() for slope in slopes]
        middle = sorted(values)[len(values) // 2]
        label = name.replace("_bytes", "").replace("_", " ").replace("pss", "PSS").replace("rss", "RSS")
        numbers = " | ".join(f"{value:.1f} {unit}".strip() for value in (values[0], middle, max(values)))
        lines.append(f"| {label} | {numbers} | {' | '.join(words)} |")
    return lines


def table_of_faults(thrown: Sequence[Thrown]) -> list[str]:
    lines = ["| fault | times |", "| --- | --- |"]
    return lines + [f"| {kind} | {count} |" for kind, count in sorted(Tally(f.kind for f in thrown).items())]


def table_of_blacks(blacks: Sequence[Black], thrown: Sequence[Thrown]) -> list[str]:
    lines = ["| at | black for | before | after | the fault before it |", "| --- | --- | --- | --- | --- |"]
    for black in blacks:
        before = [fault for fault in thrown if fault.at_s <= black.begin_s + black.held_s]
        last = f"{before[-1].kind} at {before[-1].at_s:.1f} s ({before[-1].detail})" if before else "none"
        lines.append(f"| {black.begin_s:.2f} s | {black.held_s:.3f} s | {black.before} | {black.after} | {last} |")
    return lines


def describe_holds(holds: Sequence[Hold], thrown: Sequence[Thrown]) -> list[str]:
    lines = []
    for name, some in (
        ("with no fault near", [h for h in holds if not is_after_fault(h.begin_s, h.held_s, thrown)]),
        (f"during or up to {AFTER_FAULT_S:.0f} s after a fault", [
            h for h in holds if is_after_fault(h.begin_s, h.held_s, thrown)]),
    ):  # fmt: skip
        longest = max(some, key=lambda hold: hold.held_s, default=None)
        words = "none above 0.25 s" if longest is None else (
            f"{longest.held_s:.2f} s ({longest.seen} at {longest.begin_s:.0f} s); {len(some)} above 0.25 s"
        )  # fmt: skip
        lines.append(f"- longest hold of one frame of a clip, {name}: {words}")
    return lines


def describe_lates(changes: int, lates: Sequence[Late], thrown: Sequence[Thrown]) -> str:
    calm = [late for late in lates if not is_after_fault(late.begin_s, 0.0, thrown)]
    words = f"- changes of item: {changes}; {len(lates)} began with a later frame than the first, {len(calm)} with no fault near"
    return words + "".join(f"; {late.seen} after {late.before} at {late.begin_s:.1f} s" for late in calm[:10])


def write_csv(path: Path, rows: Iterable[Sample | Thrown | Black | Hold | Late]) -> None:
    with path.open("w", newline="") as out:
        writer = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(out, [field.name for field in fields(row)])
                writer.writeheader()
            writer.writerow(asdict(row))


# ---- the plot

WIDTH, PANEL_HEIGHT, LEFT, RIGHT, TOP = 1100, 170, 70, 150, 26


def draw_plot(
    path: Path, samples: Sequence[Sample], thrown: Sequence[Thrown], blacks: Sequence[Black], title: str
) -> None:
    """One panel below the other over the same time; deaths as grey lines, black pictures as red ones."""

    def line(name: str, label: str, scale: float = 1.0) -> Line:
        return label, [(sample.at_s, getattr(sample, name) / scale) for sample in samples]

    speed = [
        (b.at_s, max(0, b.changes - a.changes) * 60 / (b.at_s - a.at_s))
        for a, b in zip(samples[:-12:12], samples[12::12], strict=False) if b.at_s > a.at_s
    ]  # fmt: skip
    panels: list[tuple[str, list[Line]]] = [
        ("PSS, MB", [line("daemon_pss", "daemon", 1e6), line("layers_pss", "layers", 1e6)]),
        ("threads", [line("daemon_threads", "daemon"), line("layers_threads", "layers")]),
        ("file descriptors", [line("daemon_files", "daemon"), line("layers_files", "layers")]),
        (
            "X",
            [line("x_resources", "resources"), line("x_clients", "clients"), line("x_windows", "windows on the root")],
        ),
        ("X pixmaps, MB", [line("x_pixmap_bytes", "pixmaps", 1e6)]),
        ("CPU of a core, %", [line("cpu_percent", "daemon + layers")]),
        ("changes a minute", [("changes", speed)]),
    ]
    height = TOP + PANEL_HEIGHT * len(panels) + 30
    image = Image.new("RGB", (WIDTH, height), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(13)
    end_s = max([sample.at_s for sample in samples] or [1.0])
    span = WIDTH - LEFT - RIGHT
    pen.text((LEFT, 6), title, fill="black", font=font)
    for number, (name, lines) in enumerate(panels):
        top = TOP + number * PANEL_HEIGHT
        draw_panel(pen, font, (LEFT, top + 8, span, PANEL_HEIGHT - 34), name, lines, end_s)
        for fault in thrown:
            if fault.kind.startswith(("kill", "segv", "stop", "freeze")):
                x = LEFT + span * fault.at_s / end_s
                daemon = "daemon" in fault.kind
                pen.line((x, top + PANEL_HEIGHT - 30, x, top + PANEL_HEIGHT - (20 if daemon else 26)), fill="#888888")
        for black in blacks:
            x = LEFT + span * black.begin_s / end_s
            pen.line((x, top + 8, x, top + PANEL_HEIGHT - 26), fill="#ff0000")
    step_s = next(s for s in (10, 30, 60, 300, 600, 1800, 3600, 86400) if end_s / s <= 12)
    for k in range(int(end_s // step_s) + 1):
        words = f"{k * step_s / 60:g} min" if step_s >= 60 else f"{k * step_s} s"
        pen.text((LEFT + span * k * step_s / end_s, height - 26), words, fill="black", font=font, anchor="ma")
    image.save(path)
