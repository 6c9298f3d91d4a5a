"""What the live view costs the host process of a large service, by how many look at it."""
