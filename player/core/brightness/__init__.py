"""How bright the screen should be, and is."""
