"""One small pure function per rule; its docstring is shown to the public on "how matching works"."""
