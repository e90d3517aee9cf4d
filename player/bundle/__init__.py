"""Leaf: the signed bundle: manifest, signature, refusals, receipt, serials."""
