"""Second copies of what is stored: made, counted, and read where the first is gone or bad."""
