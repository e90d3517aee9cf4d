"""The decoder: the child process with libvlc, and what the daemon knows of it."""
