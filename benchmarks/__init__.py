"""obs against its peers, each budget of the design, measured in one interleaved run. Run ``python -m benchmarks``."""
