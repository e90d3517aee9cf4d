"""The settings: models, and reading them."""
