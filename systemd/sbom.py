"""What is in a folder of wheels, as CycloneDX 1.5: python3 systemd/sbom.py DIR > DIR/panel-player.cdx.json

Knows: a wheel's name, its METADATA and its hash. Touches: it reads the folder. Must not: name what does not lie there.
"""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

OURS = "panel-player"
LICENCE_MOST = 100
"""Some packages put the whole text there; then the classifier says it."""


def describe_wheel(wheel: Path) -> dict[str, Any]:
    """One component: name, version, purl, licence, SHA-256."""
    with zipfile.ZipFile(wheel) as opened:
        name = next(each for each in opened.namelist() if each.endswith(".dist-info/METADATA"))
        said = message_from_bytes(opened.read(name))
    package = said["Name"].lower().replace("_", "-")
    found: dict[str, Any] = {
        "type": "application" if package == OURS else "library",
        "bom-ref": f"pkg:pypi/{package}@{said['Version']}",
        "name": package,
        "version": said["Version"],
        "purl": f"pkg:pypi/{package}@{said['Version']}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}],
        "properties": [{"name": "file", "value": wheel.name}],
    }
    if licences := licences_of(said):
        found["licenses"] = licences
    return found


def licences_of(said: Message) -> list[dict[str, Any]]:
    """As the package says it: an SPDX expression, else its own words, else its classifiers."""
    if said["License-Expression"]:
        return [{"expression": said["License-Expression"]}]
    own = (said["License"] or "").strip()
    classifiers = [
        each.rpartition(" :: ")[2] for each in said.get_all("Classifier", []) if each.startswith("License ::")
    ]
    names = [own] if own and "\n" not in own and len(own) <= LICENCE_MOST else classifiers
    return [{"license": {"name": name}} for name in names]


def describe_folder(folder: Path) -> dict[str, Any]:
    """The whole document. Raises ValueError when the player's own wheel is not there."""
    components = [describe_wheel(wheel) for wheel in sorted(folder.glob("*.whl"))]
    ours = [each for each in components if each["name"] == OURS]
    if len(ours) != 1:
        raise ValueError(f"{folder} holds {len(ours)} wheels of {OURS}; one is needed")
    others = [each for each in components if each["name"] != OURS]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).isoformat(timespec="seconds"), "component": ours[0]},
        "components": others,
        "dependencies": [{"ref": ours[0]["bom-ref"], "dependsOn": [each["bom-ref"] for each in others]}],
    }


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(describe_folder(Path(sys.argv[1])), indent=2, ensure_ascii=False) + "\n")
    except (IndexError, ValueError, OSError) as error:
        sys.exit(f"sbom.py: {error}")
