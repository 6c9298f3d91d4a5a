"""CPU samples that were taken from outside the process: read from py-spy's file, each given its work."""
