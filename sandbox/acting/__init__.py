"""What a person does in the workspace, and the payload the app gets for it."""
