"""Real archives, filed in many orders: what is read, what they should come to, and how they are played."""
