"""PromQL as a tree: parsed, walked, and asked what labels come out of it."""
