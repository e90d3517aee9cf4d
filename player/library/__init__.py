"""The room where content comes in: playlists, schedule, vetting, store, watch."""
