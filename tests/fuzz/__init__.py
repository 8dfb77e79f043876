"""Fuzzing: what strangers can send is made up, mutated and fed to what reads it; a failure is made small and kept in `cases`."""
