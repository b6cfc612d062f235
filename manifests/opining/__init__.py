"""Everything policy thinks about one proposal: named opinions, each about one thing."""
