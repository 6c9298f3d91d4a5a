"""The boards: one file each, and the thin layer that makes Grafana's JSON of them."""
