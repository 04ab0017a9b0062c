"""How a class did with a problem set, on one page."""
