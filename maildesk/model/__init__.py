"""The desk's nouns: frozen values that every room shares.

Every value is a frozen `msgspec.Struct`: as cheap as a tuple to make, comparable, and with one
JSON form both ways. That form is what a parse worker hands over, what a decision row stores and
what `explain --replay` reads back, so a value that cannot be written down cannot be decided upon.
"""
