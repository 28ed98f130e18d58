"""Fits what the program reads by: run by its makers, never where it is installed."""
