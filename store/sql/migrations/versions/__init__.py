"""One module a change; never edited once it has been released."""
