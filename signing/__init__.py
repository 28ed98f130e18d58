"""Keys, timestamps, signatures and their validation."""
