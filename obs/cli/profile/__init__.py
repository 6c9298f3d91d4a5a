"""``obs profile``: record a session of a live service, show it, compare two."""
