"""What the office receives, as plain lines: follows the file that mosquitto_sub writes for systemd/demo.sh.

Knows: the office's topics (mqtt.md). Touches: the file named as its argument. Must not: be used but for the demo.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    for line in _followed(Path(sys.argv[1])):
        moment, topic, *payload = line.split(" ")
        text = readable(topic.removeprefix("panels/demo-01/"), bytes.fromhex(payload[0] if payload else ""))
        if text:
            sys.stdout.write(f"{moment[11:19]}  {topic:<28} {text}\n")


def _followed(path: Path) -> Iterator[str]:
    with path.open() as source:
        rest = ""
        while True:
            rest += source.readline()
            if rest.endswith("\n"):
                yield rest.rstrip("\n")
                rest = ""
            else:
                time.sleep(0.05)


def readable(topic: str, payload: bytes) -> str:
    """One message in short; "" for the office's own commands, which the demo prints itself."""
    if topic == "command":
        return ""
    if topic == "screenshot":
        return f"a JPEG of {len(payload)} bytes"
    if not payload:
        return "(cleared)"
    try:
        message: dict[str, Any] = json.loads(payload)
    except ValueError:
        return f"{len(payload)} bytes"
    match topic:
        case "state":
            return f"online, version {message.get('version')}" if message.get("online") else "offline"
        case "now":
            return f"on screen: {message.get('item') or 'a card'} ({message.get('reason')})"
        case "reply":
            more = " ".join(str(message[key]) for key in ("code", "detail") if message.get(key))
            return f"{message.get('id')}: {message.get('stage')} {_short(more)}"
        case "health":
            return _health(message)
        case _:
            return _short(json.dumps(message, ensure_ascii=False))


def _health(report: dict[str, Any]) -> str:
    player, screen, machine = report["player"], report["screen"], report["machine"]
    alerts = ", ".join(report["alerts"]) or "none"
    seen = " ".join(word for word in ("lit", "moving") if screen[word]) or "not looked at yet"
    size = f"screen {screen['width']}x{screen['height']} {seen}" if screen["width"] else "no screen yet"
    busy = "" if machine["cpu_percent"] is None else f"; processor {machine['cpu_percent']} %"
    return (
        f"{player['state']} {player['item'] or '(a card)'}, {player['changes']} changes; {size}{busy}; alerts: {alerts}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 110 else text[:109] + "…"


if __name__ == "__main__":
    main()
