"""The gallery: small gevent services with one known hotspot each, and what obs shows of them. See README.md."""
