"""The soak: the real daemon for an hour, with faults thrown in at random, watched on screen and in /proc."""
