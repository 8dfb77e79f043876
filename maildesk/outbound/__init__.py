"""What we say, to whom, and how it leaves.

`notices` says who may be written to automatically, `render` and `compose` make the finished bytes, `backoff` judges what a
relay answered: all pure. Only `deliver` and `relay` touch the network. The room knows protocols, not tables.
"""
