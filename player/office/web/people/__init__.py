"""Who may use the console, and what was done with it: accounts, sessions, second factor, logs."""
