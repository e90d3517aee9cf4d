"""The X server as this program needs it; the only folder that imports xcffib."""
