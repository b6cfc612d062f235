"""Lists: what waits for a person, what they find, and several approved at once."""
