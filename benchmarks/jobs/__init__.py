"""What obs and its peers add to a job: in process, and on real workers."""
