"""The supervisor process of a run. Standard library only."""
