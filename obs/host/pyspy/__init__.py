"""py-spy, which reads another process's stacks without its help: where it is, a recording by it, why it refuses."""
