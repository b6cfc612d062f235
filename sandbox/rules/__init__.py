"""Slack's rules as tables and pure functions: what is refused, and in which words."""
