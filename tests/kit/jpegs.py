"""Small JPEGs for tests, as a panel's screenshot is one."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def a_jpeg(width: int = 64, height: int = 36, **more: Any) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, "JPEG", **more)
    return target.getvalue()
