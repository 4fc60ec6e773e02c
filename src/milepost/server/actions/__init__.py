"""Every write: one function a verb, in one transaction, with its line in the audit."""
