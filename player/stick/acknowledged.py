"""The acknowledgements that a signed bundle brings: what the office has stored of this panel's records.

Knows: where they lie in the bundle. Touches: reads that one file. Must not: believe one that no key signed, or that is not as
the manifest lists it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from player.bundle.manifest import Manifest, read_regular
from player.bundle.stick_records import ACKNOWLEDGEMENTS_NAME
from player.contract.record_batches import ACKS_BYTES, find_ack
from player.contract.records import Acknowledgement


def read_ack(bundle: Path, manifest: Manifest | None, panel: str) -> Acknowledgement | None:
    """None: the bundle brings none for this panel. Raises ValueError, OSError, BundleRefused: what lies there is not it."""
    if manifest is None or not manifest.key:
        return None
    listed = next((file for file in manifest.files if file.path == ACKNOWLEDGEMENTS_NAME), None)
    if listed is None:
        return None
    raw = read_regular(bundle, ACKNOWLEDGEMENTS_NAME, ACKS_BYTES)
    if raw is None or hashlib.sha256(raw).hexdigest() != listed.sha256:
        raise ValueError("the file is not as the manifest lists it; sign the bundle again")
    return find_ack(raw, panel)
