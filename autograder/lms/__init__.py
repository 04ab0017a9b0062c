"""The way into learning management systems and back: their files, by their own rules."""
