"""Tests of the processes that fetch streams."""
