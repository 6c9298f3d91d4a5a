"""Who samples a process's CPU stacks from outside: one list, and a choice."""
