"""A made-up class, for an instructor to rehearse a term with before there are students."""
