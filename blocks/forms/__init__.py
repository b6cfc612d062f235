"""Forms: what reviewers are asked before something happens, and what their answer means."""
