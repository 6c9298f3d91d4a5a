"""What the work of a service costs, and whom: CPU by team, feature and work, from a run's shared memory."""
