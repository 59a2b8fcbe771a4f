"""`python -m sandbooks.cli`."""

from sandbooks.cli import main

main()
