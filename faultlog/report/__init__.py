"""Reports: a case as something to look at. Nothing here analyses."""
