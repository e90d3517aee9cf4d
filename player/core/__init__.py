"""The study: pure decisions. No clock, no threads, no files, no foreign library."""
