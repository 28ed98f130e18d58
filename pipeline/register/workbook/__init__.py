"""A workbook (XLSX) read as a stream: its package, its number formats, its texts, and the rows of its sheets."""
