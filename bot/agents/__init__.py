"""What agents ask of us and hear from us, whatever carries it."""
