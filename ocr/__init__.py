"""A page image in, words with boxes and confidences out; searchable PDF/A from them."""
