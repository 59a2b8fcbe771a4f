"""Bookkeeping words that vendors share. Standard library only; knows no vendor."""
