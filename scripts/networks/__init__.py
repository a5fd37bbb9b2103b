"""The classic families of convolutional networks, each at any width and depth, for export-networks.py."""
