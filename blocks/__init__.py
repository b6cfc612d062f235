"""What a person sees: checkpoint in, Block Kit out; submitted modal in, meaning out."""
