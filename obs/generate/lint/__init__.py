"""``obs lint``: what is wrong in a service's description, or missing from it."""
