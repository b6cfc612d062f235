"""Cards: one proposal as it stands, in every state, and as a file where it is long."""
