"""What is kept of uploads, jobs, cases and people: rows in SQLite or PostgreSQL, and a folder of bundles."""
