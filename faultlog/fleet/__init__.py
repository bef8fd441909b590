"""Many bundles: who works, the lake they fill, what it counts, and what a person is shown of it."""
