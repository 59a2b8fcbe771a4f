"""How the bundled vendors behave, one folder each."""
