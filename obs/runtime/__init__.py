"""The gevent runtime: the only part of obs that knows gevent and greenlet. Importing it imports neither."""
