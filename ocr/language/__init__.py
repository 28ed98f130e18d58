"""What Vietnamese says about a reading: which doubtful accents it puts right, and how it supports each word.

`correct.correct` changes words, `support.support` only weighs them. Counts and rules are data under config/language/.
"""
