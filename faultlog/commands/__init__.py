"""The commands, one module each: options → one config value → one library call → render → exit code."""
