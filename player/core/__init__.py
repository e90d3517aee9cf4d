"""The core: pure decisions. No clock, no threads, no files, no foreign library."""
