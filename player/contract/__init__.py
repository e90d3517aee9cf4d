"""Leaf, pure: what panel and office say to each other."""
