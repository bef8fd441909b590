"""Bundles uploaded to a page or an API, and what came of them read there."""
