"""The office's web console: `panel-office serve`."""
