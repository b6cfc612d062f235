"""What has happened, and what may happen next: the proposal, its states, the transitions."""
