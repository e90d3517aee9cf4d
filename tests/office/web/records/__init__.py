"""Tests of player/office/web/records."""
