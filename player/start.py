"""`panel-player run`: read the settings, fall back to the last good ones, run the daemon.

Knows: the ways in which settings can be bad at start. Touches: the settings file and its last good copy.
Must not: import anything that only a command line needs (typer, rich): this process runs for years.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from player.base.heap import keep_one_heap
from player.settings.file import DEFAULT_CONFIG, SettingsError, guess, guess_state_folder
from player.settings.kept import keep, read_kept
from player.settings.models import Settings

if TYPE_CHECKING:
    from player.core.events import ConditionReported

log = logging.getLogger(__name__)

LEVELS = ((logging.INFO, "<6>INFO"), (logging.WARNING, "<4>WARNING"), (logging.ERROR, "<3>ERROR"))
"""As the journal reads them."""


def main(words: list[str]) -> int:
    """Returns the exit status: 0 after a clean stop, 1 when it could not start."""
    path = read_words(words)
    start_logging()
    try:
        return start(path)
    except SettingsError as error:
        tell(error)
        if "NOTIFY_SOCKET" in os.environ:  # systemd would only start us again
            from player.settings_fault import show_trouble  # not needed otherwise

            gc.enable()
            show_trouble(path, guess(path, "name", "[a-z0-9-]{3,32}") or "panel", guess(path, "display") or ":0")
        return 1
    except Exception:
        log.exception("the daemon ends by a fault of its own")
        return 1


def read_words(words: list[str]) -> Path:
    """The settings file; ends the process, with the right words, when these are wrong."""
    match words:
        case []:
            return DEFAULT_CONFIG
        case ["--config", path] if not path.startswith("-"):
            return Path(path)
    import argparse  # half a megabyte that a service never needs

    parser = argparse.ArgumentParser(prog="panel-player run")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    config: Path = parser.parse_args(words).config
    return config


def start(path: Path) -> int:
    """The order makes the time from power on to the picture: the first decoder loads itself while the daemon does."""
    keep_one_heap()
    kept = read_kept(path) or read_checked_apart(path)
    settings, warnings = (kept, ()) if kept is not None else read_or_fall_back(path)
    from player.screen.decoder.early import start_early_decoder, start_zygote

    zygote = start_zygote()
    early = start_early_decoder(settings.screen, zygote)
    from player.screen.x11 import declarations

    declarations.use_kept(settings.panel.state_folder)
    from player.daemon import Daemon, DaemonError, keep_good_config

    try:
        daemon = Daemon(settings, warnings, early, zygote)
        if not warnings:
            keep_good_config(path, settings.panel.state_folder)
        if not warnings and kept is None:
            keep_checked(path, settings)
        gc.freeze()  # what is loaded stays: no later turn of the loop stops to look through it
        gc.enable()
        return daemon.run()
    except DaemonError as error:
        tell(error)
        return 1


def tell(error: Exception) -> None:
    for line in str(error).splitlines():
        log.error("%s", line)


def start_logging(to: Callable[[], bool] = lambda: "JOURNAL_STREAM" in os.environ) -> None:
    """Lines on stderr; under systemd without the time, and with the level as the journal reads it (<4>...)."""
    if to():
        for level, rank in LEVELS:
            logging.addLevelName(level, rank)
    form = "%(levelname)s %(message)s" if to() else "%(asctime)s %(levelname)-7s %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=form)


def read_or_fall_back(path: Path) -> tuple[Settings, tuple[ConditionReported, ...]]:
    """The settings; when they are bad, the last good copy and the alert that says so (settings.md)."""
    try:
        return _read_whatever_it_holds(path), ()
    except SettingsError as error:
        # Only after a bad start: a good one starts its first decoder before it loads these.
        from player.core.alerts import Alert, Reporter
        from player.core.events import ConditionReported
        from player.daemon import GOOD_CONFIG

        good = guess_state_folder(path) / GOOD_CONFIG
        try:
            settings = _read_whatever_it_holds(good)
        except SettingsError:
            raise error from None
        tell(error)
        log.error("running with the last good configuration, %s", good)
        why = f"{str(error).splitlines()[0]}; correct it and restart"
        return settings, (ConditionReported(Reporter.SETTINGS, Alert.CONFIG_BAD, why),)


def read_checked_apart(path: Path) -> Settings | None:
    """After a change of the settings or of the program: what checks them goes with the process that did (13 MB)."""
    from player.settings.keeping import check_apart  # not needed otherwise

    return check_apart(path)


def keep_checked(path: Path, settings: Settings) -> None:
    """For the next start, which then need not check them."""
    try:
        keep(path, settings)
    except (OSError, SettingsError) as error:
        log.warning("the checked settings cannot be kept: %s", error)


def _read_whatever_it_holds(path: Path) -> Settings:
    """The settings in `path`. Raises SettingsError for every fault, also for one that no line of ours foresees.

    A file that a parser chokes on is the same to the panel as one with a wrong word: it plays on.
    """
    # pydantic-settings loads asyncio for command lines that it could run; nothing in this process ever does. Something
    # empty in its place meanwhile: 2.5 MB of memory. A module that needs it later gets it.
    if without_asyncio := "asyncio" not in sys.modules:
        sys.modules["asyncio"] = ModuleType("asyncio")
    try:
        from player.settings.reading import read_settings

        return read_settings(path)
    except SettingsError:
        raise
    except Exception as error:
        log.exception("%s cannot be read by a fault of our own", path)
        raise SettingsError(f"{path}: cannot be read ({type(error).__name__})") from error
    finally:
        if without_asyncio:
            del sys.modules["asyncio"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
