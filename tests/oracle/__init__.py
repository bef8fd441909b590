"""The contract written down once more, slow and plain: what should be said of a log, from all it may hide."""
