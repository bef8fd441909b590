"""Containers made by strangers, read without trusting what they say of themselves.

`disk` looks at what the user gave, `kinds` recognises containers, `tar` and `zip` list their entries,
`inflate` undoes compression, `names` makes names harmless; all of it is `streams` under one budget. The
readers are our own: `tarfile` reads headers of any size into memory, and `zipfile` reads a directory of any
size and, up to CPython 3.11.7, accepts members that share bytes. Nothing is ever extracted; a link, a device
or whatever else cannot be read is an entry that says why.
"""
