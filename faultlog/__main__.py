"""`python -m faultlog`."""

from faultlog.cli import main

main()
