"""The history of the tables, one step a file; never changed once released."""
