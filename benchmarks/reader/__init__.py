"""What the outside reader costs, and how soon and how true it sees."""
