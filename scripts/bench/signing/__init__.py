"""What seals cost: by kind of key and level, beside the whole chain, under slow authorities, and in memory."""
