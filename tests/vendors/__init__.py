"""What the bundled vendors promise, through the public door."""
