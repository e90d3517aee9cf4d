"""The two decoders' processes: supervision and care."""
