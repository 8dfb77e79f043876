"""Reading the bytes of a mail: fields, encoded words, addresses, MIME parts, character sets.

Everything here is linear in its input, bounded by `limits`, never raises and knows nothing of tickets.
The standard library's `email` package is not used on incoming mail: its header classes are quadratic and raise.
"""
