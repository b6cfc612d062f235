"""What time alone brings about: deadlines, reminders, digests, clearing out."""
