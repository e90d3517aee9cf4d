"""The pictures that the player draws itself."""
