"""The console: the office's own tools."""
