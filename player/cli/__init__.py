"""The commands of `panel-player`."""
