"""The soak: the real daemon for an hour, with faults thrown in at random, watched on the glass and in /proc."""
