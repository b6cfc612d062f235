"""Who asked for what, and when: Slack, the queue, the agents' HTTP API, the clock, wiring."""
