"""What each alert does on made-up series: the source of the promtool tests."""
