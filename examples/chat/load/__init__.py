"""An open-loop load generator for the chat API: arrivals don't wait for answers. See traffic.py."""
