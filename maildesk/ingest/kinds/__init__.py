"""The evidence by which mail of machines is told from mail of people."""
