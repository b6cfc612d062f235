"""Text, values and their differences, in words that nobody can be fooled by."""
