"""How well the chain reads and what it costs, told beside stock programs, on real scans and on specimens by wear."""
