"""Leaf: files replaced durably, child processes, mounts, safe text, clocks, time zones, the MQTT connection."""
