"""How often each alert would have fired on the history that a Prometheus has."""
