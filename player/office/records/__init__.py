"""The office's records of what the panels showed: collected, checked, kept, and reported."""
