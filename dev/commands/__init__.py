"""The commands: a module for each. Its ``main(parser, arguments)`` returns a status."""
