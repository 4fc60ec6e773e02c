"""What pages and commands take in, checked before an action sees it."""
