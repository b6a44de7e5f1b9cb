"""The part of knack that Workbench uses."""
