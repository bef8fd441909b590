"""From a log that no format understands to the files that teach it: a sample, its stamp, its shape, its wordings."""
