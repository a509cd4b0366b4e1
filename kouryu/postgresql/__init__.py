"""Django's PostgreSQL backend, for a database that may fall silent (decision 0038)."""
