"""The commands: one module for each, with a function ``main(parser, arguments)``."""
