"""The notifier: which notices, when, and that they arrive."""
