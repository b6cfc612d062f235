"""The fields and inputs that forms are made of, and the way back from what was typed."""
