"""The settings as the commands of the terminal need them: a panel's own, or an office's defaults.

Knows: that an office has no panel's settings. Touches: the settings file. Must not: act on a setting.
"""

from __future__ import annotations

from pathlib import Path

from player.settings.models import PanelSection, Settings
from player.settings.reading import read_settings


def settings_or_defaults(config: Path) -> Settings:
    """At the office there is no panel's settings file: the defaults then."""
    if config.exists():
        return read_settings(config)
    return Settings(panel=PanelSection(name="office"))
