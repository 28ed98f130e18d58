"""Test hosts: workers on machines that can be cut off, killed, paused, filled up and given a wrong clock.

Where the user may make network namespaces each host has one, with its own host name; elsewhere hosts are processes
behind a forwarder that can be stopped, and that is said loudly.
"""
