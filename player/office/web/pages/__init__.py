"""The console's pages: one module for each, with its routes."""
