"""Tests of player/office/web/sticks."""
