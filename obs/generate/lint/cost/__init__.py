"""What a query costs Prometheus, before it is asked."""
