"""Pages of customer accounts: the list, one account, and each change of it."""
