"""The room where pixels go out: the stage (X11), the decoders (libvlc), what lies over them, the pixel monitor."""
