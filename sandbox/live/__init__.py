"""The living workspace: people, channels, messages, views, and what happens to them."""
