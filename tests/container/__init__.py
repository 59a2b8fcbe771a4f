"""The image, built, started and called as its users do: `make image`. It wants an engine, so pytest leaves it out."""
