"""panel-player: the daemon behind each of a city's LED panels."""

__version__ = "0.1.0"
