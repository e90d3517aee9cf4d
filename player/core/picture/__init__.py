"""What the pixels mean, and which repair comes next."""
