"""RQ: its forking, spawning and simple workers."""
