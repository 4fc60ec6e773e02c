"""The web application that asks, keeps the answers and shows them: one Django app, the only room that knows Django."""
