"""Files of people and of events: read, mapped, looked at, and taken in bit by bit."""
