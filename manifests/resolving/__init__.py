"""From what was written to the rules in force: names become roles, defaults fill gaps."""
