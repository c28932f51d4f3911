"""Readers of one kind of file each: bytes in, facts out."""
