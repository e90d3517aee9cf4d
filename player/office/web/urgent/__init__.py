"""Urgent messages of the console: what a person typed, whom it reaches, how panels will draw it, and who shows it."""
