"""The steps that bring a database of records to this program's shape, oldest first; Alembic runs them."""
