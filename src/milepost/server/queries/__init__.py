"""Every read that is more than one row by its key: lists, counts, searches."""
