"""What one document needs: the memory above an idle process, and the space on disk, by pages and pixels."""
