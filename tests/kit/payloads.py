"""Payloads of commands as hypothesis draws them, from noise to nearly right."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from player.contract.commands import COMMANDS

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["id", "do", "args", "expires", "by", "reason", "until", "seconds", "text", "item", "percent"])
ENVELOPES = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=64) | JSON, "do": st.sampled_from(list(COMMANDS)) | JSON},
    optional={
        "args": st.dictionaries(NAMES | st.text(max_size=8), JSON, max_size=4) | JSON,
        "expires": JSON,
        "by": JSON,
    },
)
PAYLOADS = st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode) | ENVELOPES.map(json.dumps).map(str.encode)
