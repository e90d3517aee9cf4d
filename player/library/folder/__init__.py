"""The synced folder: watched, scanned, settled, brought into the store."""
