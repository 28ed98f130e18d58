"""Finding documents by codes, fields and the text of their pages, whatever the marks, case or punctuation typed."""
