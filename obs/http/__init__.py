"""HTTP: any WSGI application, and Flask in full."""
