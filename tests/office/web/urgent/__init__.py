"""Tests of player/office/web/urgent."""
