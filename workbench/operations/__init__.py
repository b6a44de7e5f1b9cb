"""What a user can ask for, one readable function or small class each. Blocking, no Qt."""
