"""PostgreSQL and Valkey that Frontdesk starts by itself, as ordinary processes over one data folder."""
