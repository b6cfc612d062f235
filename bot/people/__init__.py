"""Who people are, who is there, and what each of them may look at."""
