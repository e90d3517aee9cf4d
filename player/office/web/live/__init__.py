"""What the console knows of the panels as they are now: heard over one broker session, told to every open page."""
