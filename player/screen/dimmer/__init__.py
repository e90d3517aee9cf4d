"""How bright the screen is: each way to dim is one file, and one row in dimmer/backends.py."""
