"""The store: media by content, releases by number."""
