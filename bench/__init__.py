"""Measure the mail path: ratios within one run, because machines differ."""
