"""The attackers' suite: what was tried against a running panel, one test (or two) for each attempt."""
