"""A small chat API on Flask, gevent and SQLite. It knows nothing of obs: see README.md."""
