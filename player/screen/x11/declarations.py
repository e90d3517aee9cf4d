"""xcb's declarations, parsed once: a later start takes over what the parser made of xcffib's C text.

Knows: cffi's form of what it has parsed. Touches: `declarations.json` in the state folder; the place of `xcffib.ffi` among the
modules, before anything has imported xcffib. Must not: take over what is damaged (a wrong declaration would crash the daemon at
each start), or was made of another xcffib or cffi.
Why: xcffib parses the text at each import, 33 of the 150 ms of processor time in which the daemon loads (2026-11-26).
"""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import os
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from player.base.disk import replace_file
from player.base.plain_json import from_json, to_json

log = logging.getLogger(__name__)

KEPT_DECLARATIONS = "declarations.json"
LIMIT_BYTES = 1 << 20
MODULE = "xcffib.ffi"
"""Of xcffib: parses its C text as it is imported."""


@dataclass(frozen=True, slots=True)
class KeptDeclarations:
    """made_of: the digest of what they were made of. whole: the digest of `words`, which are those of cffi's FFI, as JSON."""

    made_of: str
    whole: str
    words: str


def use_kept(folder: Path) -> bool:
    """Whether xcffib, imported after this, finds its declarations parsed. folder: the state folder.

    They are kept anew after the first picture: a start that did not come so far is followed by one that parses the text.
    """
    if MODULE in sys.modules:
        return False
    try:
        kept = _read(folder)
        if kept is None:
            return False
        os.unlink(folder / KEPT_DECLARATIONS)
        import _cffi_backend

        words = {name: _packed(value) for name, value in json.loads(kept.words).items()}
        module = ModuleType(MODULE)
        vars(module).update(ffi=_cffi_backend.FFI(MODULE, **words), kept=kept)
    except (OSError, ImportError, AttributeError, TypeError, ValueError):
        return False  # the disk is read-only, or it is not the cffi that they were made for
    sys.modules[MODULE] = module
    return True


def keep_beside(folder: Path) -> None:
    """Returns at once: a thread keeps them, and whatever it meets there ends nothing else."""
    threading.Thread(target=keep, args=(folder,), name="declarations", daemon=True).start()


def keep(folder: Path) -> None:
    """Keeps what xcffib has parsed in this process, or what this process has taken over."""
    module = sys.modules.get(MODULE)
    kept: KeptDeclarations | None = getattr(module, "kept", None)
    text = getattr(module, "CDEF", None)
    if kept is None and text is not None and _read(folder) is None:
        words = json.dumps(_parse(text))
        kept = KeptDeclarations(_made_of(), _digest(words.encode()), words)
    if kept is None:  # there is one, or this xcffib parses its text in another way
        return
    try:  # not durably: one that a power cut took, or left half written, is made anew
        replace_file(folder / KEPT_DECLARATIONS, to_json(kept), lasting=False)
    except OSError as error:
        log.warning("xcb's declarations cannot be kept: %s", error.strerror)


def _read(folder: Path) -> KeptDeclarations | None:
    """What is kept; None: nothing, or it is damaged, or of another version."""
    try:
        with open(folder / KEPT_DECLARATIONS, "rb") as file:
            kept = from_json(KeptDeclarations, file.read(LIMIT_BYTES))
        good = kept.made_of == _made_of() and kept.whole == _digest(kept.words.encode())
    except (OSError, ImportError, ValueError):
        return None
    return kept if good else None


def _made_of() -> str:
    """Of xcffib's text, of what parses it, and of Python. Raises OSError, ImportError."""
    import _cffi_backend

    spec = find_spec("xcffib")
    if spec is None or spec.origin is None:
        raise ImportError("there is no xcffib")
    version = f"{_cffi_backend.__version__} {sys.version} {sys.platform}"
    return _digest(Path(spec.origin).with_name("ffi.py").read_bytes() + version.encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _parse(text: str) -> dict[str, Any]:
    """The words with which cffi would make the declarations again without a parser (its "out-of-line ABI mode")."""
    from cffi import FFI, recompiler

    parsed = FFI()
    parsed.cdef(text)
    parsed.set_source(MODULE, None)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "declarations.py"
        recompiler.make_py_source(parsed, MODULE, str(file))
        module = ast.parse(file.read_text())
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    return {str(word.arg): _unpacked(ast.literal_eval(word.value)) for word in calls[0].keywords}


def _unpacked(value: Any) -> Any:
    """For JSON: bytes as a text of the same length, tuples as lists."""
    if isinstance(value, tuple):
        return [_unpacked(each) for each in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _packed(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_packed(each) for each in value)
    return value.encode("latin-1") if isinstance(value, str) else value
