"""The alerts, one file for each thing they are about."""
