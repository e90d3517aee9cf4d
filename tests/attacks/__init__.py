"""The attackers' suite: what was tried against a running panel, one test (or two) for each attempt.

Each docstring is the attack, then what must come of it. player/docs/security.md says who would try it and lists them
all. What needs a whole machine is in tests/vm/attack_stories.py.
"""
