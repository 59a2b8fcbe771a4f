"""`python -m sandbooks`: the command line."""

from sandbooks.cli import main

main()
