"""The walk: every address of the product, visited as everybody who should not be let in, and as who should."""
