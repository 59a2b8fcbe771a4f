"""Values for schemas: examples where there are any, else what format, pattern, name and bounds suggest.

Knows descriptions and chance; must not know the store.
"""

from sandbooks.generate.generator import Generator

__all__ = ["Generator"]
