"""The demo: a workspace in a box, the whole bot, and an agent with a day's work to propose."""
