"""The room where content comes in: the synced folder, playlists and schedules, vetting, the store."""
