"""Lines over time in a picture, drawn with Pillow."""

from __future__ import annotations

from PIL import ImageDraw, ImageFont

Line = tuple[str, list[tuple[float, float]]]
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd")


def draw_panel(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    box: tuple[int, int, int, int],
    name: str,
    lines: list[Line],
    end_s: float,
) -> None:
    left, top, width, height = box
    most = max([value for _, points in lines for _, value in points] + [1.0]) * 1.08
    pen.rectangle((left, top, left + width, top + height), outline="#cccccc")
    pen.text((left + 6, top + 3), name, fill="black", font=font)
    for share in (0.0, 0.5, 1.0):
        y = top + height * (1 - share)
        pen.line((left, y, left + width, y), fill="#eeeeee")
        pen.text((left - 6, y), f"{most * share:.4g}", fill="black", font=font, anchor="rm")
    for number, (label, points) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        dots = [(left + width * at / end_s, top + height * (1 - value / most)) for at, value in points]
        if len(dots) > 1:
            pen.line(dots, fill=colour, width=2)
        pen.text((left + width + 8, top + 16 * number), label, fill=colour, font=font)
