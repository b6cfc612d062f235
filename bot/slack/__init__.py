"""Slack itself: the Bolt app, its listeners, and the Web API behind the messenger's port."""
