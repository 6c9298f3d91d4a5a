"""A service, its monitoring and the faults that are put into it: what test_proof.py looks at."""
