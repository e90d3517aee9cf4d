"""The decoder: the child process with libvlc (vlc, cueing), what is said to it (protocol), and the daemon's side (child)."""
