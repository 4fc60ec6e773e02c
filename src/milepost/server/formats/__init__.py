"""How the interface writes days and numbers, a language a module; where one is silent, Django speaks."""
