"""Google Pub/Sub: Google's own client, publisher and subscriber."""
