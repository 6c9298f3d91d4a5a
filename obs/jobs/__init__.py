"""Jobs, and every Work that the service opens by hand."""
