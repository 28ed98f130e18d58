"""Figures written by hand into a form's blanks: found between the printed words, cut apart, and recognised."""
