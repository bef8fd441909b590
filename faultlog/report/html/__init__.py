"""A case as one page that is opened anywhere and forwarded as it is."""
