"""Read the files of a policy into values, every mistake named at its place."""
