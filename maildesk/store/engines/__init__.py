"""The two databases: how each is opened, how writes queue up, and what their SQL calls by different names."""
