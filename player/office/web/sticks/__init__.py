"""Sticks of the console: which folder is signed, its content as one file to download, and the receipts that came back."""
