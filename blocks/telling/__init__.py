"""What is told besides cards: thread lines, direct messages, digests, histories."""
