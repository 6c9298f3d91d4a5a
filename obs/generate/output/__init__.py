"""What `obs generate` writes: the formats, and the folder that they go to."""
