"""The room for USB sticks."""
