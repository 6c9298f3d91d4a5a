"""Boards and rule files as they are checked, whoever wrote them."""
