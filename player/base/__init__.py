"""Leaf: files replaced durably, child processes, mounts, text that is safe to print, the MQTT connection."""
