"""How fast faultlog is beside its peers, on the same files, with the same question. Run by `make bench`."""
