"""``obs rules``: the alerts, asked about."""
