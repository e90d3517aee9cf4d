"""What the console edits: folders, drafts, playlists, schedules, uploads, conversions, publishing. No web in it."""
