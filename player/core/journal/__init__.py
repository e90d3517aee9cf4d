"""Proof of play: what is on screen becomes records, and records reach the office."""
