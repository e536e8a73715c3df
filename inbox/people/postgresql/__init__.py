"""Django's PostgreSQL backend, with a pool that knows when its server has gone."""
