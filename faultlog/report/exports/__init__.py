"""A case for other tools: one module for each format, all of them from the rows of one timeline."""
