"""The profiler: whose its samples are, what it costs the process it looks at, and whether it finds known hotspots."""
