"""Many agents' replies in the ways mail programs quote: nothing that only the team may read reaches anybody else."""
