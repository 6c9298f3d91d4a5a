"""The continuous profile: all of the service's processes at a low rate, window by window, kept and sent."""
