"""Boards and rules for one service instead of the fleet."""
