"""The interface in its three languages."""
