"""Which release this is: what `--version` says, what the case document names, what the package is built as."""

VERSION = "0.1.0"
