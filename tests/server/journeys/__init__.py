"""Ten journeys through the site in a real browser, at a server that runs as anybody would run it."""
