"""The office's own programs: `panel-office`."""
