"""Celery: prefork, threads, gevent, eventlet and solo pools, and whoever sends to them."""
