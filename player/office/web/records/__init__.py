"""The console's way to the records: a process of its own makes the reports, so that the pages stay quick."""
