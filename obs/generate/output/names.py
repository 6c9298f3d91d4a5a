"""The formats' names, for a command line that shall load nothing else."""

FORMAT_NAMES = ("files", "kubernetes")
