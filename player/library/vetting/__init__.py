"""Vetting: foreign files are looked into by child processes with limits."""
