"""Takes the README's screenshots of the running product."""
