"""The X server as this program needs it."""
