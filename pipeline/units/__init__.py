"""Administrative units over time: which stood on a day, and which takes the records of one that is no more."""
