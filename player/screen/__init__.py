"""The room where pixels go out: stage (X11), layers (libvlc), cards."""
