"""Schemathesis against every bundled vendor and the corpus: `make conformance`. Knows the public door alone."""
