"""What a browser says of itself, as people call it: `Chrome, Windows`.

Knows: the words in it that tell. Pure: touches nothing. Must not: decide anything by it; a browser may say what it likes.
"""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
"""The first that is found counts: most of them say that they are the later ones too."""
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
MOST = 40
"""Characters of what is none of them."""


def spell_browser(agent: str) -> str:
    """Browser and system; of something else the beginning of what it says."""
    browser = next((name for word, name in BROWSERS if word in agent), "")
    system = next((name for word, name in SYSTEMS if word in agent), "")
    return ", ".join(each for each in (browser, system) if each) or agent[:MOST]
