"""How the rules themselves change: asked of administrators, paused, reloaded."""
